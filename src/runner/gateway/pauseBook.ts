import type {GatewayClock} from "./clock.js";
import type {PauseReason} from "./wires/wire.js";

/** Longest time that an attempt's clock stands still for providers, in all. */
export const MOST_PAUSE_SECONDS = 3600;

export type PauseBookOptions = {
  clock: GatewayClock;
  /** Of all pauses together. */
  mostSeconds: number;
  /** The clock stands still until `onResume`; nothing is asked before either has resolved. */
  onPause(reason: PauseReason): void | Promise<void>;
  /** @returns For how many seconds it stood for this alone: only they count. Nothing: all of the pause. */
  onResume(): void | Promise<void> | Promise<number>;
};

/** When the attempt's clock stands still for the sake of a provider. */
export type PauseBook = {
  /** A call begins; call what comes back when it is over. */
  begin(): () => void;
  /** Waits before a call that has begun is tried again. */
  wait(reason: PauseReason, seconds: number, signal: AbortSignal): Promise<void>;
  /** How much longer pauses may last in all. */
  leftSeconds(): number;
};

/**
 * The clock stands still only while every call of the attempt waits: while one is being answered, time runs. Otherwise a participant
 * could ask for more than the provider's rate allows and have the other answers for nothing.
 */
export function createPauseBook({clock, mostSeconds, onPause, onResume}: PauseBookOptions): PauseBook {
  const calls = {begun: 0, waiting: 0};
  let [pausedAt, usedSeconds, told]: [number | null, number, Promise<void>] = [null, 0, Promise.resolve()];
  const tell = (what: () => void | Promise<void>) => {
    told = told.then(what);
    told.catch(() => {}); // whoever waits next has it
  };
  const update = (reason: PauseReason) => {
    const isPause = calls.waiting > 0 && calls.waiting === calls.begun;
    if (isPause === (pausedAt !== null)) return;
    const stoodSeconds = pausedAt === null ? 0 : clock.nowSeconds() - pausedAt;
    pausedAt = isPause ? clock.nowSeconds() : null;
    usedSeconds += stoodSeconds;
    tell(async () => {
      if (isPause) return onPause(reason);
      const ownSeconds = (await onResume()) ?? stoodSeconds;
      usedSeconds += ownSeconds - stoodSeconds;
    });
  };
  let lastReason: PauseReason = "upstream-connection";
  return {
    begin: () => {
      calls.begun += 1;
      update(lastReason);
      return () => {
        calls.begun -= 1;
        update(lastReason);
      };
    },
    wait: async (reason, seconds, signal) => {
      lastReason = reason;
      calls.waiting += 1;
      update(reason);
      try {
        await told;
        await clock.sleep(seconds, signal);
      } finally {
        calls.waiting -= 1;
        update(reason);
        await told; // the clock runs again before anything is asked
      }
    },
    leftSeconds: () => mostSeconds - usedSeconds - (pausedAt === null ? 0 : clock.nowSeconds() - pausedAt),
  };
}
