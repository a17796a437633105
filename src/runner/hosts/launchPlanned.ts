import {rmSync} from "node:fs";
import {join} from "node:path";
import type {AttemptPlan} from "../attempt/attemptPlan.js";
import type {Job} from "./job.js";
import {launchWorker} from "./launchWorker.js";
import {writePlans} from "./prepareRun.js";

/** Makes the folders of new attempts and starts the process that runs them. */
export const launchPlanned = (job: Omit<Job, "ids">, plans: readonly AttemptPlan[]): Promise<void> =>
  withFolders(job.out, plans, async () => {
    await launchWorker({...job, ids: plans.map(({id}) => id)});
  });

/** Makes the folders of new attempts, with their plans. Where what comes after fails, none is left. */
export async function withFolders(out: string, plans: readonly AttemptPlan[], start: () => Promise<void>): Promise<void> {
  writePlans(out, plans);
  try {
    await start();
  } catch (error) {
    for (const {id} of plans) rmSync(join(out, id), {recursive: true, force: true});
    throw error;
  }
}
