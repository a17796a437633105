import {hostCalibration, RUNS_WHERE_NEEDED} from "../calibration/hostConstants.js";
import type {AttemptParts} from "./attemptParts.js";
import {CALIBRATE} from "./attemptPlan.js";
import {replaceDurably} from "./replaceDurably.js";

/** The attempt with what becomes 0 and 1 on this host, where that is to be measured: from its calibration, made now if there is none. */
export async function withConstants(parts: AttemptParts): Promise<AttemptParts> {
  const {plan, environment, environmentFolder, folder, now, log} = parts;
  if (plan.constants !== CALIBRATE) return parts;
  const host = await parts.host;
  const {python, tier, data} = plan;
  const options = {...{python, tier, data, host, now, log}, folder: environmentFolder, runs: RUNS_WHERE_NEEDED};
  const {id, startingScore, referenceScore} = await hostCalibration(environment, options);
  const known = {...plan, constants: id, startingScore, referenceScore};
  replaceDurably(folder.plan, `${JSON.stringify(known, null, 2)}\n`);
  return {...parts, plan: known};
}
