import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import type {Environment, Tier} from "../../environment/environment.js";
import {RebenchError} from "../../errors.js";
import {prepareData} from "../attempt/prepareData.js";
import {pythonEnvironment} from "../host/pythonEnvironment.js";
import {contractProblems} from "./contractProblems.js";
import {type Measured, type Measurement, measureSolution} from "./measureSolution.js";
import {REFERENCE, solutionNames} from "./solutions.js";

/** What a check of one environment found; it passes where there are no problems. */
export type EnvironmentCheck = {
  environment: string;
  tier: Tier;
  passed: boolean;
  problems: string[];
  /** Which constants the scores are normalized with. */
  constants: string | null;
  preparingSeconds: number | null;
  measured: Measured[];
};

export type CheckOptions = {
  python: string;
  folder: string;
  tier: Tier;
  /** Generated data in place of real ones. */
  synthetic: boolean;
  /** Also the solutions between start and reference, which must get scores between theirs, each higher than the one before. */
  allSolutions: boolean;
  log: (line: string) => void;
};

/** Normalized scores, and how far from them they may be. */
const TARGETS: Record<string, {expected: number; tolerance: number}> = {
  start: {expected: 0, tolerance: 0.05},
  [REFERENCE]: {expected: 1, tolerance: 0.1},
};

/**
 * Holds an environment against its contract: its files, then its data, then the scores of its starting files and its reference. The
 * scorer runs here, without a sandbox for submitted code: everything scored is ours.
 */
export async function checkEnvironment(environment: Environment, options: CheckOptions): Promise<EnvironmentCheck> {
  const {folder, tier, log} = options;
  const problems = contractProblems(folder, environment, tier);
  const constants = environment.tiers[tier]?.defaultConstants ?? null;
  const check = {environment: environment.name, tier, constants};
  if (problems.length > 0) return {...check, passed: false, problems, preparingSeconds: null, measured: []};
  const temporary = mkdtempSync(join(tmpdir(), "rebench-check-"));
  const measured: Measured[] = [];
  let preparingSeconds: number | null = null;
  try {
    log(`${environment.name}: preparing data`);
    const began = performance.now();
    const data = await prepare(environment, options, join(temporary, "data"));
    preparingSeconds = secondsSince(began);
    for (const name of ["start", ...wantedSolutions(options)]) {
      log(`${environment.name}: scoring ${name === "start" ? "the starting files" : name === REFERENCE ? "the reference" : name}`);
      const measurement = await measureSolution(name, environment, options, data, join(temporary, name));
      measured.push(measurement.measured);
      problems.push(...measurementProblems(measurement));
    }
    problems.push(...orderProblems(measured));
  } catch (error) {
    if (!(error instanceof RebenchError)) throw error;
    problems.push(error.hint.startsWith("It wrote:") ? error.message : error.problem);
  } finally {
    rmSync(temporary, {recursive: true, force: true});
  }
  return {...check, passed: problems.length === 0, problems, preparingSeconds, measured};
}

const wantedSolutions = ({folder, allSolutions}: CheckOptions) =>
  solutionNames(folder).filter((name) => allSolutions || name === REFERENCE);

const prepare = ({name, version}: Environment, {python, folder, tier, synthetic}: CheckOptions, cache: string): Promise<string> =>
  prepareData({python, environmentFolder: folder, name, version, tier, synthetic, cache, environment: pythonEnvironment()});

function measurementProblems({measured: {name, normalizedScore: score}, reason, beyondLimits}: Measurement): string[] {
  const beyond = beyondLimits.map((problem) => `${name}: ${problem}`);
  const target = TARGETS[name];
  if (score === null) return [...beyond, `${name} is not a valid submission: ${reason}`];
  if (target === undefined || Math.abs(score - target.expected) <= target.tolerance) return beyond;
  return [...beyond, `${name} scores ${score.toFixed(3)} normalized; ${target.expected} ± ${target.tolerance} is expected`];
}

/** Solutions between the two are named so that they sort by how good they are. */
function orderProblems(measured: readonly Measured[]): string[] {
  const between = measured.filter(({name}) => name !== "start" && name !== REFERENCE);
  const ordered = ["start", ...between.map(({name}) => name), REFERENCE].map((name) => measured.find((one) => one.name === name)!);
  return ordered.slice(1).flatMap((one, i) => {
    const before = ordered[i]!;
    const rises = one.normalizedScore === null || before.normalizedScore === null || one.normalizedScore > before.normalizedScore;
    return rises ? [] : [`${one.name} scores no more than ${before.name}`];
  });
}

const secondsSince = (began: number): number => Math.round(performance.now() - began) / 1000;
