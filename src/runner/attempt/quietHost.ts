import {withTimingLock} from "../calibration/timingLock.js";
import type {StandStill} from "./standStill.js";

/** Attempts of this process whose participants are at work; and whether one is being timed, for which the others stand still. */
const working = new Set<StandStill>();
let timed: StandStill | null = null;

/** An attempt whose participant begins to work; it stands still at once where another is being timed. Call what is returned at the end. */
export async function joinHost(still: StandStill): Promise<() => Promise<void>> {
  working.add(still);
  if (timed !== null) await still.hold("timing");
  return async () => {
    working.delete(still);
    await still.release("timing");
  };
}

/**
 * Does what takes times of an attempt's submission while no other process of ours on this host does, and while the participants of this
 * process's other attempts, and their clocks, stand still.
 */
export function whileOthersStand<T>(own: StandStill, work: () => Promise<T>, log: (line: string) => void): Promise<T> {
  const each = (what: "hold" | "release") =>
    Promise.all([...working].filter((still) => still !== own).map((still) => still[what]("timing").catch(unable(log))));
  return withTimingLock(async () => {
    timed = own;
    try {
      await each("hold");
      return await work();
    } finally {
      timed = null;
      await each("release");
    }
  });
}

/** Another attempt that cannot note its pause (a full disk, say) ends for that by itself. */
const unable = (log: (line: string) => void) => (error: Error) => log(`another attempt does not stand still: ${error.message}`);
