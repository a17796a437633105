import {mkdirSync, statfsSync, writeFileSync} from "node:fs";
import {join, resolve} from "node:path";
import {findEnvironment, readCatalogue} from "../environment/catalogue.js";
import {RebenchError} from "../errors.js";
import {parseBind} from "../runner/agents/command.js";
import {parseAgentSpec} from "../runner/agents/parseAgentSpec.js";
import {attemptFolder} from "../runner/attempt/attemptFolder.js";
import {attemptOf, type Surroundings} from "../runner/attempt/attemptOf.js";
import type {AttemptParts} from "../runner/attempt/attemptParts.js";
import {planAttempts} from "../runner/attempt/planAttempts.js";
import {prepareData} from "../runner/attempt/prepareData.js";
import {environmentFolder} from "../runner/environments/environmentFolder.js";
import {cacheFolder} from "../runner/host/cacheFolder.js";
import {findPython} from "../runner/host/findPython.js";
import {hostFingerprint} from "../runner/host/hostFingerprint.js";
import {pythonEnvironment} from "../runner/host/pythonEnvironment.js";
import {recordsText, runAll, type Watched, watch} from "./attemptRuns.js";
import {interactAtTerminal} from "./interactAtTerminal.js";
import type {RunFlags} from "./runCommand.js";
import {bold, notice} from "./terminal.js";

export async function runRun(name: string, flags: RunFlags): Promise<void> {
  const environment = findEnvironment(readCatalogue(flags.environmentsDir), name);
  const spec = parseAgentSpec(flags.agent);
  if (flags.host !== "local")
    throw new RebenchError("usage", {
      problem: `--host ${flags.host}: attempts run on this machine alone so far`,
      hint: "Leave --host out.",
    });
  const python = await findPython({option: flags.python ?? null});
  const gpus = (flags.gpus ?? []).map(Number);
  const folder = environmentFolder(environment.name, flags.environmentsDir);
  const hasModels = spec.kind === "modular" || spec.kind === "aide" || (spec.kind === "command" && spec.models.length > 0);
  const out = resolve(flags.out);
  makeFolder(out, flags.out);
  const plan = {
    environment,
    attempts: flags.attempts,
    agent: flags.agent,
    person: flags.person ?? null,
    cohort: flags.cohort ?? null,
    tier: flags.tier,
    timeLimitSeconds: flags.timeLimit ?? null,
    network: flags.network ?? (hasModels ? ("model" as const) : ("none" as const)),
    sandbox: flags.sandbox,
    host: flags.host,
    seed: flags.seed,
    binds: flags.bind.map(parseBind),
    gpus,
    synthetic: flags.data === "synthetic",
    python: python.path,
    limits: {
      tokens: flags.tokens ?? null,
      costUsd: flags.dollars ?? null,
      ...(flags.memory !== undefined && {memoryBytes: flags.memory * 2 ** 30}),
    },
    now: new Date(),
  };
  planAttempts({...plan, data: "."}); // what is wrong with it is said before data are made
  const data = await prepareData({
    python: python.path,
    environmentFolder: folder,
    name: environment.name,
    version: environment.version,
    tier: flags.tier,
    synthetic: plan.synthetic,
    cache: join(cacheFolder(), "data"),
    environment: pythonEnvironment(),
  });
  const plans = planAttempts({...plan, data});
  const watched = watch(flags.json, flags.out);
  const host = await hostFingerprint(python, gpus.length === 0 ? null : gpus);
  const attempts = plans.map((each) => attemptOf(each, environment, folder, out, surroundings(each.id, watched, host, flags)));
  for (const {plan: each} of attempts) {
    const {folder: own, plan: file} = attemptFolder(join(out, each.id), each.id);
    mkdirSync(own, {recursive: true, mode: 0o700});
    writeFileSync(file, `${JSON.stringify(each, null, 2)}\n`, {mode: 0o600});
  }
  await finish(attempts, watched, flags, flags.parallel);
}

/** Runs them and says what came of it. */
export async function finish(
  attempts: readonly AttemptParts[],
  watched: Watched,
  {json, out}: {json: boolean; out: string},
  parallel: number,
): Promise<void> {
  try {
    const {records, paused, failures} = await runAll(attempts, parallel);
    watched.close();
    if (!json && records.length > 0) process.stdout.write(`${recordsText(records, attempts)}\n\n${bold("Next")}  rebench import ${out}/\n`);
    for (const id of paused) notice(`paused: rebench resume ${join(out, id)}`);
    if (paused.length > 0) process.exitCode = 130;
    if (failures.length > 0) process.exitCode = 1;
    if (failures.length === attempts.length) throw failures[0];
  } finally {
    watched.close();
  }
}

export const surroundings = (id: string, watched: Watched, host: Surroundings["host"], {prices}: {prices?: string}): Surroundings => ({
  host,
  now: () => new Date(),
  monotonic: () => performance.now() / 1000,
  signal: watched.signal,
  onEvent: watched.onEvent(id),
  onProgress: watched.onProgress(id),
  log: watched.log(id),
  variables: process.env,
  pricesFile: prices ?? null,
  interact: interactAtTerminal,
});

const LEAST_FREE_BYTES = 2 ** 30;

function makeFolder(folder: string, shown: string): void {
  try {
    mkdirSync(folder, {recursive: true});
  } catch (cause) {
    throw new RebenchError("unwritable-file", {
      problem: `cannot write into ${shown}: ${(cause as Error).message}`,
      hint: "Choose another folder with --out.",
      cause,
    });
  }
  const {bavail, bsize} = statfsSync(folder);
  if (bavail * bsize < LEAST_FREE_BYTES) notice(`note: less than 1 GiB is free in ${shown}`);
}
