import {LATE_TOLERANCE} from "../environment/scoreRule.js";
import type {IntervalMethod} from "../score/interval.js";
import {BLOCK, type ResamplingScheme} from "../score/resample/job.js";
import type {ConstantsInForce} from "./constantsInForce.js";
import type {Context} from "./context.js";
import type {AnalysisOptions, Selection} from "./settings.js";

const NO_VALID_SCORE = "a finished attempt without a valid score counts 0";

/** Rules behind scores that no option changes, as sentences. */
const SCORE_RULES = {
  aggregate: "unweighted mean over environments",
  environmentsCovered: "--require-all: the seven of RE-Bench alone; --common: those that all rows share which are printed without it",
  hiddenScores: "mean of all attempts at any k",
  availability: "k is at most n in every environment with visible scores; hidden ones alone: k = 1",
  slices: "best valid score-log entry until then (hidden scores: the last), 0 before the first; at k = 1 only",
} as const;

/** Where a time budget is spent: what people's attempts can be put together to, and what is chosen. */
export const PEOPLE_RULE = {
  people:
    "budgets up to 8h are one attempt made at that limit, or seen then in a longer one; beyond it only the best of 8-hour attempts, at multiples of 8h",
} as const;
export const BUDGET_RULES = {
  allocation: "widest coverage, then best score, then fewer and longer attempts; one for a participant and budget",
  ...PEOPLE_RULE,
} as const;

/** Where the environments are those of two sides, whatever `--common` says. */
export const BOTH_SIDES_RULE = {environmentsCovered: "those that both sides have; --require-all: all seven of RE-Bench"} as const;

/** The names of the random streams of scores. */
const RANDOM_STREAMS: Record<ResamplingScheme, string> = {
  attempts: `four xoshiro128++ from SHA-256 of (seed, agent, time limit, environment, block of ${BLOCK} replicates)`,
  environments: `four xoshiro128++ from SHA-256 of (seed, "environments", names of the environments, block of ${BLOCK} replicates), and for attempts of (seed, agent, time limit, environment, block)`,
  people: `four xoshiro128++ from SHA-256 of (seed, agent, time limit, "people", names of the environments, block of ${BLOCK} replicates)`,
};

/** The rules of a table of scores, as sentences. */
export const scoreRules = ({resample}: Pick<AnalysisOptions, "resample">) => ({randomStreams: RANDOM_STREAMS[resample], ...SCORE_RULES});

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

/** Which attempts count and on which scale, so that two people get the same ones. */
export type SelectionSettings = Omit<Selection, "requireAll" | "common" | "by"> & {
  toolVersion: string;
  store: string;
  /** Options of the command itself, and its rules. */
  command: Record<string, unknown>;
  floor: boolean;
  noValidScore: string;
  /** Score-log entries later than the limit by more than this share do not count. */
  lateTolerance: number;
  constantsAskedFor: Record<string, string>;
  constants: ConstantsInForce[];
  attempts: number;
};

type RuleName = keyof ReturnType<typeof scoreRules> | keyof typeof BUDGET_RULES | "corrected";

/** Every choice behind the numbers, so that two people get the same ones; of the rules those that the command follows. */
export type Settings = SelectionSettings &
  Omit<AnalysisOptions, "constants" | "threads" | "correctSelection"> &
  Partial<Record<RuleName, string>> & {
    /** Environments that `--common` leaves. */
    commonEnvironments: string[] | null;
    resampling: string;
    intervalRule: string;
  };

/** The settings of a table that estimates nothing. */
export function selectionSettings(
  {source, selected}: Context,
  {agents, environments, flagged, errors, floor, constants}: AnalysisOptions,
  command: Record<string, unknown>,
): SelectionSettings {
  return {
    toolVersion: source.toolVersion,
    store: source.storeName,
    command,
    agents,
    environments,
    tier: selected.tier,
    flagged,
    errors,
    floor,
    noValidScore: NO_VALID_SCORE,
    lateTolerance: LATE_TOLERANCE,
    constantsAskedFor: constants,
    constants: selected.constants,
    attempts: selected.attempts.length,
  };
}

/** @param rules What holds in this table: {@link scoreRules}, and more or other sentences. */
export function settingsOf(
  context: Context,
  options: AnalysisOptions,
  command: Record<string, unknown>,
  rules: Partial<Record<RuleName, string>>,
): Settings {
  const {requireAll, common, by, estimator, tooFew, allowSlices, clock, bootstrap, seed} = options;
  const {resample, intervalMethod, interval, resampleSize} = options;
  return {
    ...selectionSettings(context, options, command),
    requireAll,
    common,
    commonEnvironments: context.commonEnvironments,
    by,
    estimator,
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
    ...rules,
  };
}
