import {readFileSync} from "node:fs";
import {basename, join, resolve} from "node:path";
import {RebenchError} from "../../errors.js";
import {type AttemptPlan, attemptPlanSchema} from "../attempt/attemptPlan.js";

/** The plan in an attempt's folder; null where the folder is none, or somebody has changed it. */
export function planIn(folder: string): AttemptPlan | null {
  try {
    const plan = attemptPlanSchema.parse(JSON.parse(readFileSync(join(folder, "attempt.json"), "utf8")));
    return plan.id === basename(resolve(folder)) ? plan : null;
  } catch {
    return null; // not there, torn, or of another format
  }
}

/** @throws RebenchError `unknown-run`. */
export function readPlan(folder: string): AttemptPlan {
  const plan = planIn(folder);
  if (plan !== null) return plan;
  throw new RebenchError("unknown-run", {
    problem: `${folder} is no attempt's folder: there is no attempt.json of it in it`,
    hint: "Name a folder below runs/, as it was made.",
  });
}
