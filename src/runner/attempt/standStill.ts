import type {PauseReason} from "../journal/event.js";
import type {Journal} from "../journal/journal.js";
import type {WorkingClock} from "../journal/workingClock.js";
import type {Sandbox} from "../sandbox/sandbox.js";

/** Why everything inside stands: a pause of the clock, or a copy being taken while the clock goes on. */
export type HoldReason = PauseReason | "copying";

/** Holds the participant still. Several may want that at once: what is inside goes on when the last has let go. */
export type StandStill = {
  /** Resolves when nothing inside moves any more. */
  hold(reason: HoldReason): Promise<void>;
  release(reason: HoldReason): Promise<void>;
};

/**
 * The clock and the processes stop and go together: at every pause all that is inside is frozen before the pause is noted, and thawed
 * after its end is.
 *
 * @param sandbox Null where nothing runs inside.
 */
export function standStill(clock: WorkingClock, journal: Journal, sandbox: Pick<Sandbox, "freeze" | "thaw"> | null): StandStill {
  const holding = new Set<HoldReason>();
  let last: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>) => {
    const own = last.then(work);
    last = own.catch(() => {});
    return own;
  };
  return {
    hold: (reason) =>
      inTurn(async () => {
        if (holding.has(reason)) return;
        if (holding.size === 0) await frozen(sandbox);
        holding.add(reason);
        if (reason === "copying") return;
        clock.pause(reason);
        journal.append({type: "paused", reason});
      }),
    release: (reason) =>
      inTurn(async () => {
        if (!holding.delete(reason)) return;
        if (reason !== "copying") {
          const pausedSeconds = clock.resume(reason);
          if (pausedSeconds !== null) journal.append({type: "resumed", reason, pausedSeconds});
        }
        if (holding.size === 0) await sandbox?.thaw();
      }),
  };
}

/** All of it or none: what stands half is let go, and whoever wanted it to stand hears why it cannot. */
async function frozen(sandbox: Pick<Sandbox, "freeze" | "thaw"> | null): Promise<void> {
  try {
    await sandbox?.freeze();
  } catch (error) {
    await sandbox?.thaw().catch(() => {}); // the first failure is the one to tell
    throw error;
  }
}
