import {existsSync, readFileSync} from "node:fs";
import {basename, dirname, join, resolve} from "node:path";
import {findEnvironment, readCatalogue} from "../environment/catalogue.js";
import {RebenchError} from "../errors.js";
import {attemptOf} from "../runner/attempt/attemptOf.js";
import {type AttemptPlan, attemptPlanSchema} from "../runner/attempt/attemptPlan.js";
import {environmentFolder} from "../runner/environments/environmentFolder.js";
import {findPython} from "../runner/host/findPython.js";
import {hostFingerprint} from "../runner/host/hostFingerprint.js";
import {modelVariables} from "../runner/hosts/modelVariables.js";
import {resumeOverSsh} from "../runner/hosts/ssh/resumeOverSsh.js";
import {whereaboutsOf} from "../runner/hosts/whereabouts.js";
import {watch} from "./attemptRuns.js";
import type {ResumeFlags} from "./runCommand.js";
import {finish, surroundings} from "./runRun.js";

export async function runResume(given: readonly string[], flags: ResumeFlags): Promise<void> {
  const folders = await resumeElsewhere(given);
  if (folders.length === 0) return;
  const catalogue = readCatalogue(flags.environmentsDir);
  const plans = folders.map((folder) => ({folder: resolve(folder), plan: readPlan(folder)}));
  const out = dirname(folders[0]!);
  const watched = watch(flags.json, out);
  const attempts = [];
  for (const {folder, plan} of plans) {
    const environment = findEnvironment(catalogue, plan.environment);
    if (environment.version !== plan.environmentVersion) throw otherVersion(plan, environment.version);
    const host = hostFingerprint(await findPython({option: plan.python}), plan.gpus.length === 0 ? null : plan.gpus);
    host.catch(() => {}); // its attempt hears of it
    const where = environmentFolder(environment.name, flags.environmentsDir);
    attempts.push(attemptOf(plan, environment, where, dirname(folder), surroundings(plan.id, watched, host, flags)));
  }
  await finish(attempts, watched, {json: flags.json, out}, attempts.length);
}

/** Attempts of other machines go on there. @returns The folders of those that are ours. */
async function resumeElsewhere(folders: readonly string[]): Promise<string[]> {
  const here = [];
  for (const folder of folders) {
    const where = whereaboutsOf(folder);
    if (where?.kind === "ssh" && !where.isComplete) {
      await resumeOverSsh(where, modelVariables(process.env));
      process.stdout.write(`${basename(resolve(folder))} goes on at ${where.host}; follow it with: rebench attach ${folder}\n`);
    } else here.push(folder);
  }
  return here;
}

function readPlan(folder: string): AttemptPlan {
  const file = join(folder, "attempt.json");
  if (!existsSync(file)) {
    throw new RebenchError("unknown-run", {
      problem: `${folder} is no attempt's folder: there is no attempt.json in it`,
      hint: "Name a folder below runs/.",
    });
  }
  const result = attemptPlanSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (result.success && result.data.id === basename(resolve(folder))) return result.data;
  const why = result.success ? `its id is ${result.data.id}` : `its ${result.error.issues[0]!.path.join(".")} is not what it should be`;
  throw new RebenchError("unknown-run", {
    problem: `${file} does not describe this attempt: ${why}`,
    hint: "Keep an attempt's folder as it was made.",
  });
}

const otherVersion = ({environment, environmentVersion}: AttemptPlan, version: string) =>
  new RebenchError("invalid-environment", {
    problem: `the attempt was made in version ${environmentVersion} of ${environment}; here is version ${version}`,
    hint: "Resume it with the version of rebench that began it.",
  });
