import type {PauseReason} from "./event.js";

/** Seconds of a clock that never goes back and does not follow the time of day. */
export type MonotonicSeconds = () => number;

/** Working time: what has passed, without pauses. Several reasons may hold the clock at once; it goes on when the last is gone. */
export type WorkingClock = {
  seconds(): number;
  pause(reason: PauseReason): void;
  /**
   * How long the clock stood for this reason, in seconds; null where it did not. Time that several reasons shared is that of the one
   * which is gone first, so that all answers together are the time that the clock stood.
   */
  resume(reason: PauseReason): number | null;
  isPaused(): boolean;
};

/**
 * A clock that stands at `startSeconds` and goes.
 *
 * @param monotonic Read whenever the time is asked for.
 */
export function workingClock(monotonic: MonotonicSeconds, startSeconds = 0): WorkingClock {
  const since = new Map<PauseReason, number>();
  let [counted, runningSince, told]: [number, number | null, number] = [startSeconds, monotonic(), Number.NEGATIVE_INFINITY];
  const seconds = () => counted + (runningSince === null ? 0 : monotonic() - runningSince);
  return {
    seconds,
    pause(reason) {
      const now = monotonic();
      if (runningSince !== null) counted += now - runningSince;
      runningSince = null;
      if (!since.has(reason)) since.set(reason, now);
    },
    resume(reason) {
      const began = since.get(reason);
      if (began === undefined) return null;
      const now = monotonic();
      since.delete(reason);
      if (since.size === 0) runningSince = now;
      const stood = now - Math.max(began, told);
      told = now;
      return stood;
    },
    isPaused: () => since.size > 0,
  };
}
