import {setTimeout as wait} from "node:timers/promises";

/** Time as the gateway needs it; tests have their own. */
export type GatewayClock = {
  /** Monotonic. */
  nowSeconds(): number;
  /** @throws The signal's reason when it is aborted. */
  sleep(seconds: number, signal: AbortSignal): Promise<void>;
};

export const systemClock: GatewayClock = {
  nowSeconds: () => performance.now() / 1000,
  sleep: async (seconds, signal) => {
    try {
      await wait(seconds * 1000, undefined, {signal});
    } catch {
      throw signal.reason;
    }
  },
};
