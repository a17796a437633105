import {existsSync} from "node:fs";
import {dirname} from "node:path";
import type {AttemptParts} from "./attemptParts.js";
import {prepareData} from "./prepareData.js";

/** The attempt with its data: where the cache was emptied since it was planned, they are made again. */
export async function withData(parts: AttemptParts): Promise<AttemptParts> {
  const {plan, environmentFolder, variables, log} = parts;
  if (existsSync(plan.data)) return parts;
  log(`${plan.data} is gone: the data are made again`);
  const {python, environment: name, environmentVersion: version, tier, synthetic} = plan;
  const cache = dirname(plan.data);
  const data = await prepareData({python, environmentFolder, name, version, tier, synthetic, cache, environment: variables});
  return {...parts, plan: {...plan, data}};
}
