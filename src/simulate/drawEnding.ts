import type {Random} from "../random.js";
import type {Slot} from "./design.js";
import {between, chance} from "./distributions.js";
import {model} from "./model.js";

/** How an attempt ends. `plannedSeconds`: when it would have ended had it not been lost. */
export type Ending = {status: "finished" | "error"; endReason: string; workingSeconds: number; plannedSeconds: number};

/** Most attempts use their time limit; some are handed in early, and a few runs of agents are lost to infrastructure. */
export function drawEnding({kind, timeLimitSeconds}: Slot, random: Random): Ending {
  if (kind === "agent" && chance(random, model.lost)) {
    const workingSeconds = Math.floor(between(random, 0, timeLimitSeconds));
    return {status: "error", endReason: "infrastructure", workingSeconds, plannedSeconds: timeLimitSeconds};
  }
  const {chance: early, atLeast} = model.early[kind];
  const handedIn = chance(random, early);
  const workingSeconds = handedIn ? Math.floor(between(random, atLeast, 1) * timeLimitSeconds) : timeLimitSeconds;
  return {status: "finished", endReason: handedIn ? "submitted" : "time-limit", workingSeconds, plannedSeconds: workingSeconds};
}
