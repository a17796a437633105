import type {PauseReason} from "./event.js";

/** Seconds of a clock that never goes back and does not follow the time of day. */
export type MonotonicSeconds = () => number;

/** Working time: what has passed, without pauses. Several reasons may hold the clock at once; it goes on when the last is gone. */
export type WorkingClock = {
  seconds(): number;
  pause(reason: PauseReason): void;
  /**
   * How long the clock stood for this reason, in seconds; null where it did not. Time that several reasons share is that of the one
   * which was there first, so that all answers together are the time that the clock stood.
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
  const stood = new Map<PauseReason, number>(); // those that hold the clock, the first of them first
  let [counted, last] = [startSeconds, monotonic()];
  const settle = () => {
    const now = monotonic();
    const [first] = stood.keys();
    if (first === undefined) counted += now - last;
    else stood.set(first, stood.get(first)! + now - last);
    last = now;
  };
  return {
    seconds: () => counted + (stood.size > 0 ? 0 : monotonic() - last),
    pause(reason) {
      settle();
      if (!stood.has(reason)) stood.set(reason, 0);
    },
    resume(reason) {
      settle();
      const seconds = stood.get(reason);
      stood.delete(reason);
      return seconds ?? null;
    },
    isPaused: () => stood.size > 0,
  };
}
