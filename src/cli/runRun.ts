import {mkdirSync, statfsSync} from "node:fs";
import {join, resolve} from "node:path";
import {RebenchError} from "../errors.js";
import {parseBind} from "../runner/agents/command.js";
import {parseAgentSpec} from "../runner/agents/parseAgentSpec.js";
import {attemptOf, type Surroundings} from "../runner/attempt/attemptOf.js";
import type {AttemptParts} from "../runner/attempt/attemptParts.js";
import {GIBIBYTE} from "../runner/host/gibibyte.js";
import {hostFingerprint} from "../runner/host/hostFingerprint.js";
import {parseHostSpec} from "../runner/hosts/hostSpec.js";
import {checkRequest, prepareRun, writePlans} from "../runner/hosts/prepareRun.js";
import type {RunRequest} from "../runner/hosts/runRequest.js";
import {recordsText, runAll, type Watched, watch} from "./attemptRuns.js";
import {checkModels} from "./checkModels.js";
import {personAtTerminal} from "./personAtTerminal.js";
import type {RunFlags} from "./runCommand.js";
import {bold, notice} from "./terminal.js";

export async function runRun(name: string, flags: RunFlags): Promise<void> {
  const request = requestOf(name, flags);
  const host = parseHostSpec(flags.host);
  const out = resolve(flags.out);
  if (host.kind !== "local" || flags.detach) {
    const {runElsewhere} = await import("./runElsewhere.js");
    return runElsewhere(request, host, flags);
  }
  checkRequest(request, flags.environmentsDir, new Date());
  checkModels(request);
  makeFolder(out, flags.out);
  const {plans, environment, environmentFolder, python} = await prepareRun(request, flags.environmentsDir, new Date());
  const watched = watch(flags.json, flags.out);
  const fingerprint = hostFingerprint(python, request.gpus.length === 0 ? null : request.gpus);
  fingerprint.catch(() => {}); // each attempt hears of it
  const attempts = plans.map((each) =>
    attemptOf(each, environment, environmentFolder, out, surroundings(each.id, watched, fingerprint, flags)),
  );
  writePlans(out, plans);
  await finish(attempts, watched, flags, flags.parallel);
}

function requestOf(environment: string, flags: RunFlags): RunRequest {
  const spec = parseAgentSpec(flags.agent);
  const hasModels = spec.kind === "modular" || spec.kind === "aide" || (spec.kind === "command" && spec.models.length > 0);
  return {
    environment,
    attempts: flags.attempts,
    agent: flags.agent,
    person: flags.person ?? null,
    cohort: flags.cohort ?? null,
    tier: flags.tier,
    timeLimitSeconds: flags.timeLimit ?? null,
    taskModel: flags.taskModel ?? null,
    network: flags.network ?? (hasModels ? "model" : "none"),
    sandbox: flags.sandbox,
    host: flags.host,
    seed: flags.seed,
    binds: flags.bind.map(parseBind),
    gpus: (flags.gpus ?? []).map(Number),
    synthetic: flags.data === "synthetic",
    constants: flags.constants ?? null,
    python: flags.python ?? null,
    limits: {
      tokens: flags.tokens ?? null,
      costUsd: flags.dollars ?? null,
      taskTokens: flags.taskTokens ?? null,
      taskCostUsd: flags.taskDollars ?? null,
      ...(flags.memory !== undefined && {memoryBytes: Math.floor(flags.memory * GIBIBYTE)}),
    },
  };
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
    const lost = records.filter(({status}) => status === "error");
    for (const {id, endReason} of lost) notice(`lost through no doing of its participant, and no result: ${id} (${endReason})`);
    if (failures.length + lost.length > 0) process.exitCode = 1;
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
  ...personAtTerminal(),
});

const LEAST_FREE_BYTES = 2 ** 30;

export function makeFolder(folder: string, shown: string): void {
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
