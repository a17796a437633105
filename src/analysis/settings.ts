import type {TooFew} from "../score/aggregate.js";
import type {SlicePolicy} from "../score/allocations.js";
import type {IntervalMethod} from "../score/interval.js";
import type {ResamplingScheme} from "../score/resample/job.js";
import type {Estimator} from "../score/scoreAtK.js";

/** What a flag does to the attempts that carry it. */
export type FlagTreatment = "keep" | "exclude" | "zero";
export type Breakdown = "environment" | "category" | "scaffold" | "cohort";

/** Which attempts count. */
export type Selection = {
  /** Labels; null for all. */
  agents: string[] | null;
  /** Names or aliases; null for all. */
  environments: string[] | null;
  tier: "full" | "small" | null;
  flagged: Record<string, FlagTreatment>;
  errors: "zero" | "drop";
  requireAll: boolean;
  common: boolean;
  by: Breakdown | null;
};

/** How numbers are made of them. */
export type Estimation = {
  estimator: Estimator;
  /** Environment → name of the constants that scores are normalized with; absent: those in force when each attempt was made. */
  constants: Record<string, string>;
  floor: boolean;
  tooFew: TooFew;
  allowSlices: SlicePolicy;
  clock: "working" | "wall";
  bootstrap: number;
  seed: number;
  /** What the bootstrap draws with replacement, and is therefore taken to vary. */
  resample: ResamplingScheme;
  intervalMethod: IntervalMethod;
  /** Level of the intervals, in (0, 1). */
  interval: number;
  /** Attempts drawn in each environment for m-out-of-n intervals; null for ⌈n^⅔⌉. */
  resampleSize: number | null;
  /** Whether budgets get the score of their allocation corrected for having been picked as the best; `analyze` only. */
  correctSelection: boolean;
  /** Threads of the bootstrap; null for as many as there are cores, where they pay. The numbers do not depend on it. */
  threads: number | null;
};

export type AnalysisOptions = Selection & Estimation;

/** The paper's choices wherever it made one. */
export const DEFAULT_OPTIONS: AnalysisOptions = {
  agents: null,
  environments: null,
  tier: null,
  flagged: {cheating: "zero"},
  errors: "drop",
  requireAll: false,
  common: false,
  by: null,
  estimator: "without-replacement",
  constants: {},
  floor: true,
  tooFew: "null",
  allowSlices: "missing",
  clock: "working",
  bootstrap: 10_000,
  seed: 1,
  resample: "attempts",
  intervalMethod: "percentile",
  interval: 0.95,
  resampleSize: null,
  correctSelection: false,
  threads: null,
};

/** Something a reader of the numbers should know; `code` for programs, `agent` where it is about one. */
export type Warning = {code: string; agent: string | null; message: string};
