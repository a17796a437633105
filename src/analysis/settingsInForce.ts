import {LATE_TOLERANCE} from "../environment/scoreRule.js";
import type {IntervalMethod} from "../score/interval.js";
import type {ResamplingScheme} from "../score/resample/job.js";
import type {ConstantsInForce} from "./constantsInForce.js";
import type {Context} from "./context.js";
import type {AnalysisOptions} from "./settings.js";

/** Rules that no option changes, as sentences. */
const RULES = {
  noValidScore: "a finished attempt without a valid score counts 0",
  randomStreams: "xoshiro128++ from SHA-256 of (seed, agent, time limit, environment, block of 1024 replicates)",
  aggregate: "unweighted mean over environments",
  environmentsCovered: "--require-all: the seven of RE-Bench alone; --common: those that all rows share which are printed without it",
  hiddenScores: "mean of all attempts at any k",
  availability: "k is at most n in every environment with visible scores; hidden ones alone: k = 1",
  allocation: "widest coverage, then best score, then fewer and longer attempts; one for a participant and budget",
  corrected:
    "picked anew in each replicate and scored on the attempts it leaves out; where under half allow that, best − mean(score of the pick in the replicate − on all attempts); interval: quantiles of the pick's score in each replicate, moved to that mean",
  people:
    "budgets up to 8h are one attempt made at that limit, or seen then in a longer one; beyond it only the best of 8-hour attempts, at multiples of 8h",
  slices: "best valid score-log entry until then (hidden scores: the last), 0 before the first; at k = 1 only",
} as const;

/** What each resampling scheme draws, and so what an interval speaks of. */
const RESAMPLING: Record<ResamplingScheme, string> = {
  attempts: "attempts within environments, the same resamples for every k and every slice: these environments, other attempts",
  environments:
    "environments, then attempts in each, the same environments for all who cover the same: environments like these. Seven clusters under-cover",
  people:
    "people over all environments, each with all of their attempts; a draw that leaves an environment empty is drawn again (redrawn). An attempt by nobody named is a cluster of its own",
};

const INTERVALS: Record<IntervalMethod, string> = {
  percentile: "quantiles of the replicates, linear interpolation",
  bca: "quantiles shifted for median bias (ties ½) and skewness (jackknife influences within environments; by environment or person where those are resampled)",
  studentized:
    "estimate − quantiles of (replicate − estimate) / standard error × standard error, jackknife within environments (by environment or person where those are resampled)",
  normal: "estimate ± normal quantile × exact bootstrap standard deviation",
  "m-out-of-n": "experimental: estimate − quantiles of √(m/n) × deviations of score@k of m attempts",
};

/** Every choice behind the numbers, so that two people get the same ones. */
export type Settings = Omit<AnalysisOptions, "constants" | "threads"> &
  Record<keyof typeof RULES, string> & {
    toolVersion: string;
    store: string;
    /** Options of the command itself. */
    command: Record<string, unknown>;
    /** Score-log entries later than the limit by more than this share do not count. */
    lateTolerance: number;
    /** Environments that `--common` leaves. */
    commonEnvironments: string[] | null;
    constantsAskedFor: Record<string, string>;
    constants: ConstantsInForce[];
    attempts: number;
    resampling: string;
    intervalRule: string;
  };

export function settingsOf(
  {source, selected, commonEnvironments}: Context,
  options: AnalysisOptions,
  command: Record<string, unknown>,
): Settings {
  const {agents, environments, flagged, errors, requireAll, common, by} = options;
  const {estimator, floor, tooFew, allowSlices, clock, bootstrap, seed} = options;
  const {resample, intervalMethod, interval, resampleSize, correctSelection} = options;
  return {
    toolVersion: source.toolVersion,
    store: source.storeName,
    command,
    agents,
    environments,
    tier: selected.tier,
    flagged,
    errors,
    requireAll,
    common,
    commonEnvironments,
    by,
    estimator,
    floor,
    tooFew,
    allowSlices,
    clock,
    bootstrap,
    seed,
    resample,
    resampling: RESAMPLING[resample],
    intervalMethod,
    intervalRule: INTERVALS[intervalMethod],
    interval,
    resampleSize,
    correctSelection,
    ...RULES,
    lateTolerance: LATE_TOLERANCE,
    constantsAskedFor: options.constants,
    constants: selected.constants,
    attempts: selected.attempts.length,
  };
}
