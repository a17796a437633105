import {LATE_TOLERANCE} from "../environment/scoreRule.js";
import type {ConstantsInForce} from "./constantsInForce.js";
import type {Context} from "./context.js";
import type {AnalysisOptions} from "./settings.js";

/** Rules that no option changes, as sentences. */
const RULES = {
  noValidScore: "a finished attempt without a valid score counts 0",
  resampling: "attempts within environments, the same resamples for every k and every slice",
  randomStreams: "by SHA-256 of (seed, agent, time limit, environment, block of 1024 replicates)",
  intervalMethod: "percentile, linear interpolation",
  aggregate: "unweighted mean over environments",
  environmentsCovered: "--require-all: the seven of RE-Bench alone; --common: those that all rows share which are printed without it",
  hiddenScores: "mean of all attempts at any k",
  availability: "k is at most n in every environment with visible scores; hidden ones alone: k = 1",
  allocation: "widest coverage, then best score, then fewer and longer attempts; one for a participant and budget",
  people:
    "budgets up to 8h are one attempt made at that limit, or seen then in a longer one; beyond it only the best of 8-hour attempts, at multiples of 8h",
  slices: "best valid score-log entry until then (hidden scores: the last), 0 before the first; at k = 1 only",
} as const;

/** Every choice behind the numbers, so that two people get the same ones. */
export type Settings = Omit<AnalysisOptions, "constants"> &
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
  };

export function settingsOf(
  {source, selected, commonEnvironments}: Context,
  options: AnalysisOptions,
  command: Record<string, unknown>,
): Settings {
  const {agents, environments, flagged, errors, requireAll, common, by} = options;
  const {estimator, floor, tooFew, allowSlices, clock, bootstrap, seed, interval} = options;
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
    interval,
    ...RULES,
    lateTolerance: LATE_TOLERANCE,
    constantsAskedFor: options.constants,
    constants: selected.constants,
    attempts: selected.attempts.length,
  };
}
