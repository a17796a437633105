import {appendFileSync} from "node:fs";
import {join} from "node:path";
import {setTimeout as wait} from "node:timers/promises";
import {findEnvironment, readCatalogue} from "../../environment/catalogue.js";
import {RebenchError} from "../../errors.js";
import {attemptOf} from "../attempt/attemptOf.js";
import type {AttemptParts} from "../attempt/attemptParts.js";
import type {AttemptPlan} from "../attempt/attemptPlan.js";
import {runAttempt} from "../attempt/runAttempt.js";
import {environmentFolder} from "../environments/environmentFolder.js";
import {findPython} from "../host/findPython.js";
import {type Fingerprint, hostFingerprint} from "../host/hostFingerprint.js";
import {FOREIGN_STALE_SECONDS} from "../journal/attemptLock.js";
import {runnerLog} from "./folderStatus.js";
import type {Job} from "./job.js";
import {readPlan} from "./readPlan.js";
import {isStopRequested, untilStopped} from "./stopRequest.js";
import {noteFailure, noteWorker} from "./workerNote.js";

export type WorkOptions = {
  /** Aborted: attempts pause, and can be taken up again. */
  signal: AbortSignal;
  /** Told when all attempts have been read and nothing is wrong with them. */
  onReady: () => void;
  /** GPUs that a queue has given, in place of those that plans name; null: as they name them. */
  gpus: readonly number[] | null;
  /** Whether to wait for an attempt that another node still seems to have: a queue moves tasks from nodes that are gone. */
  isPatient?: boolean;
};

/** Runs the attempts of a job without a terminal: what they say goes into their folders. */
export async function work(job: Job, {signal, onReady, gpus, isPatient = false}: WorkOptions): Promise<void> {
  const folders = job.ids.map((id) => join(job.out, id));
  const plans = folders.map((folder) => ({...readPlan(folder), ...(gpus !== null && {gpus: [...gpus]})}));
  const attempts: AttemptParts[] = [];
  const hostOf = fingerprints();
  for (const plan of plans) attempts.push(partsOf(plan, job, signal, await hostOf(plan)));
  for (const folder of folders) noteWorker(folder);
  onReady();
  const waiting = [...attempts];
  const worker = async () => {
    for (let parts = waiting.shift(); parts !== undefined && !signal.aborted; parts = waiting.shift()) await runOne(parts, isPatient);
  };
  const atOnce: Promise<void>[] = [];
  const looking = setInterval(() => {
    for (const parts of waiting.filter(({folder}) => isStopRequested(folder.folder))) {
      waiting.splice(waiting.indexOf(parts), 1);
      atOnce.push(runOne(parts, isPatient)); // ends as it begins: nobody waits for that until its turn has come
    }
  }, 1000);
  try {
    await Promise.all(Array.from({length: Math.min(job.parallel, attempts.length)}, worker));
  } finally {
    clearInterval(looking);
  }
  await Promise.all(atOnce);
}

const PATIENCE_SECONDS = FOREIGN_STALE_SECONDS + 60;
const LOOK_SECONDS = 5;

async function runOne(parts: AttemptParts, isPatient: boolean): Promise<void> {
  try {
    for (let waited = 0; ; waited += LOOK_SECONDS) {
      try {
        await untilStopped(parts, runAttempt);
        return;
      } catch (error) {
        const isLocked = error instanceof RebenchError && error.code === "attempt-locked";
        if (!isPatient || !isLocked || waited >= PATIENCE_SECONDS || parts.signal.aborted) throw error;
        await wait(LOOK_SECONDS * 1000);
      }
    }
  } catch (error) {
    const {code, problem, hint} = error instanceof RebenchError ? error : faultOf(error);
    try {
      parts.log(`${problem}\n${hint}`);
      noteFailure(parts.folder.folder, {code, problem, hint});
    } catch {} // a full disk takes no note; it is no reason to leave the other attempts
  }
}

const faultOf = (error: unknown) => ({
  code: "fault",
  problem: `a fault in rebench: ${error instanceof Error ? error.message : String(error)}`,
  hint: "Please report it.",
});

/** Plans of a run mostly share Python and GPUs: asked for once. */
function fingerprints(): (plan: AttemptPlan) => Promise<Fingerprint> {
  const known = new Map<string, Promise<Fingerprint>>();
  return ({python, gpus}) => {
    const key = JSON.stringify([python, gpus]);
    const found = known.get(key) ?? findPython({option: python}).then((each) => hostFingerprint(each, gpus.length === 0 ? null : gpus));
    known.set(key, found);
    return found;
  };
}

function partsOf(plan: AttemptPlan, job: Job, signal: AbortSignal, host: Fingerprint): AttemptParts {
  const {out, environmentsDirs, pricesFile, models} = job;
  const environment = findEnvironment(readCatalogue(environmentsDirs), plan.environment);
  if (environment.version !== plan.environmentVersion) throw otherVersion(plan, environment.version);
  const log = runnerLog(join(out, plan.id));
  return attemptOf(plan, environment, environmentFolder(environment.name, environmentsDirs), out, {
    host,
    now: () => new Date(),
    monotonic: () => performance.now() / 1000,
    signal,
    onEvent() {},
    onProgress() {},
    onBreak() {},
    log: (line) => appendFileSync(log, `${new Date().toISOString()} ${line}\n`, {mode: 0o600}),
    variables: {...process.env, ...models},
    pricesFile,
    async interact() {
      throw new RebenchError("usage", {
        problem: "--agent human needs a terminal, and this attempt has none",
        hint: "Run it without --detach, on the machine at which the person sits.",
      });
    },
  });
}

const otherVersion = ({environment, environmentVersion}: AttemptPlan, version: string) =>
  new RebenchError("invalid-environment", {
    problem: `the attempt was made in version ${environmentVersion} of ${environment}; here is version ${version}`,
    hint: "Resume it with the version of rebench that began it.",
  });
