import {rmSync} from "node:fs";
import {join} from "node:path";
import type {AttemptPlan} from "../attempt/attemptPlan.js";
import type {Job} from "./job.js";
import {launchWorker} from "./launchWorker.js";
import {writePlans} from "./prepareRun.js";

/** Makes the folders of new attempts and starts the process that runs them. Where that finds something wrong, no folder is left. */
export async function launchPlanned(job: Omit<Job, "ids">, plans: readonly AttemptPlan[]): Promise<void> {
  writePlans(job.out, plans);
  try {
    await launchWorker({...job, ids: plans.map(({id}) => id)});
  } catch (error) {
    for (const {id} of plans) rmSync(join(job.out, id), {recursive: true, force: true});
    throw error;
  }
}
