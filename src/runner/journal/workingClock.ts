import type {PauseReason} from "./event.js";

/** Seconds of a clock that never goes back and does not follow the time of day. */
export type MonotonicSeconds = () => number;

/** Working time: what has passed, without pauses. Several reasons may hold the clock at once; it goes on when the last is gone. */
export type WorkingClock = {
  seconds(): number;
  pause(reason: PauseReason): void;
  /** How long the reason held, in seconds; null where it did not. */
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
  let [counted, runningSince]: [number, number | null] = [startSeconds, monotonic()];
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
      return now - began;
    },
    isPaused: () => since.size > 0,
  };
}
