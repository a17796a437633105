import {mkdirSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {findEnvironment, readCatalogue} from "../../environment/catalogue.js";
import type {Environment} from "../../environment/environment.js";
import {attemptFolder} from "../attempt/attemptFolder.js";
import type {AttemptPlan} from "../attempt/attemptPlan.js";
import {planAttempts} from "../attempt/planAttempts.js";
import {prepareData} from "../attempt/prepareData.js";
import {environmentFolder} from "../environments/environmentFolder.js";
import {cacheFolder} from "../host/cacheFolder.js";
import {findPython, type Python} from "../host/findPython.js";
import {pythonEnvironment} from "../host/pythonEnvironment.js";
import type {RunRequest} from "./runRequest.js";

/** Attempts that can begin on this machine. */
export type PreparedRun = {plans: AttemptPlan[]; environment: Environment; environmentFolder: string; python: Python};

/** Says what is wrong with a request before anything is fetched, made or sent. */
export function checkRequest(request: RunRequest, environmentsDirs: readonly string[], now: Date): Environment {
  const {environment: name, python: _, ...common} = request;
  const environment = findEnvironment(readCatalogue(environmentsDirs), name);
  planAttempts({...common, environment, now, data: ".", python: "python3"});
  return environment;
}

/** Finds Python, prepares the data, and plans the attempts; nothing is written into their folders yet. */
export async function prepareRun(request: RunRequest, environmentsDirs: readonly string[], now: Date): Promise<PreparedRun> {
  const environment = checkRequest(request, environmentsDirs, now);
  const python = await findPython({option: request.python});
  const folder = environmentFolder(environment.name, environmentsDirs);
  const data = await prepareData({
    python: python.path,
    environmentFolder: folder,
    name: environment.name,
    version: environment.version,
    tier: request.tier,
    synthetic: request.synthetic,
    cache: join(cacheFolder(), "data"),
    environment: pythonEnvironment(),
  });
  const plans = planAttempts({...request, environment, now, data, python: python.path});
  return {plans, environment, environmentFolder: folder, python};
}

/** Makes the attempts' folders, closed to others, with the plans in them. */
export function writePlans(out: string, plans: readonly AttemptPlan[]): void {
  for (const plan of plans) {
    const {folder, plan: file} = attemptFolder(join(out, plan.id), plan.id);
    mkdirSync(folder, {recursive: true, mode: 0o700});
    writeFileSync(file, `${JSON.stringify(plan, null, 2)}\n`, {mode: 0o600});
  }
}
