import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";
import type {Environment, Tier} from "../../environment/environment.js";
import {RebenchError} from "../../errors.js";
import {prepareData} from "../attempt/prepareData.js";
import {readCalibration} from "../calibration/calibration.js";
import {hostCalibration, RUNS_WHERE_NEEDED} from "../calibration/hostConstants.js";
import type {Fingerprint} from "../host/hostFingerprint.js";
import {pythonEnvironment} from "../host/pythonEnvironment.js";
import {contractProblems} from "./contractProblems.js";
import {type Measured, type Measurement, measureSolution} from "./measureSolution.js";
import {REFERENCE, solutionNames} from "./solutions.js";

/** The larger sample standard deviation of the normalized scores of start and reference, of how many runs each, and from when. */
export type StoredSpread = {normalizedDeviation: number; runs: number; measuredAt: string};

/** What a check of one environment found; it passes where there are no problems. */
export type EnvironmentCheck = {
  environment: string;
  tier: Tier;
  passed: boolean;
  problems: string[];
  /** Which constants the scores are normalized with: a set of the tier's, or a calibration of this host. */
  constants: string | null;
  /** How far scores scatter, measured before. */
  spread: StoredSpread | null;
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
  host: Fingerprint;
  now: () => Date;
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
  const check = {environment: environment.name, tier, constants: null, spread: storedSpread(folder, environment, tier)};
  if (problems.length > 0) return {...check, passed: false, problems, preparingSeconds: null, measured: []};
  const temporary = mkdtempSync(join(tmpdir(), "rebench-check-"));
  const measured: Measured[] = [];
  let [preparingSeconds, constants]: [number | null, string | null] = [null, null];
  try {
    log(`${environment.name}: preparing data`);
    const began = performance.now();
    const data = await prepare(environment, options, join(temporary, "data"));
    preparingSeconds = secondsSince(began);
    const inForce = await constantsFor(environment, options, data);
    constants = inForce.name;
    for (const name of ["start", ...wantedSolutions(options)]) {
      log(`${environment.name}: scoring ${name === "start" ? "the starting files" : name === REFERENCE ? "the reference" : name}`);
      const measurement = await measureSolution(name, environment, {...options, ...inForce}, data, join(temporary, name));
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
  return {...check, constants, passed: problems.length === 0, problems, preparingSeconds, measured};
}

/** Of timed environments those of this host, which is calibrated first where it is not. */
async function constantsFor(environment: Environment, options: CheckOptions, data: string) {
  const {constants, defaultConstants} = environment.tiers[options.tier]!;
  if (!environment.runner!.timed) return {name: defaultConstants, constants: constants[defaultConstants]!, startingScore: null};
  const calibration = await hostCalibration(environment, {...options, data, runs: RUNS_WHERE_NEEDED});
  return {name: calibration.id, constants: calibration, startingScore: calibration.startingScore};
}

/** What `npm run calibrate` has left beside the environment; null where it has not, or of another version. */
function storedSpread(folder: string, {name, version}: Environment, tier: Tier): StoredSpread | null {
  const found = readCalibration(join(dirname(folder), "_calibrations", `${name}-${tier}.json`));
  if (found === null || found.environmentVersion !== version) return null;
  const deviations = [found.start, found.reference].map(({normalizedDeviation}) => normalizedDeviation ?? 0);
  return {normalizedDeviation: Math.max(...deviations), runs: found.reference.scores.length, measuredAt: found.measuredAt.slice(0, 10)};
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
