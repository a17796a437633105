import type {Estimator} from "../scoreAtK.js";

/** What is drawn with replacement, and is therefore taken to vary. */
export type ResamplingScheme = "attempts" | "environments" | "people";

/** An environment of a job. `people` names who made each attempt; null where nobody is named. */
export type JobEnvironment = {name: string; scores: Float64Array; people: readonly (string | null)[]; ks: readonly number[]};

/** One aggregate: the mean over some environments. For each environment the place of its k among `ks`, −1 where it is not in it. */
export type JobRequest = {columns: readonly number[]; environments: number};

/**
 * All that a thread needs to draw any block of replicates: plain data. Blocks have random streams of their own, named by
 * `key`, so that they can be drawn in any order, or at once, and give the same numbers.
 */
export type Job = {
  scheme: ResamplingScheme;
  replicates: number;
  seed: number;
  /** Whose attempts: the participant and the time limit. */
  key: readonly (string | number)[];
  estimator: Estimator;
  environments: readonly JobEnvironment[];
  requests: readonly JobRequest[];
  /** Attempts drawn in each environment; null for as many as there are. */
  draws: readonly number[] | null;
  /** For each request. */
  values: readonly Float64Array[];
  /** Standard error of each replicate, or of none. */
  standardErrors: readonly Float64Array[] | null;
  /** Score of the attempts that were not drawn, without replacement: these are fewer, and only that estimator is unbiased for any number. */
  leftOut: readonly Float64Array[] | null;
  /** For each request the draws that left an environment empty and were drawn again, by block. */
  redrawn: readonly Int32Array[];
};

/** The replicates of a block, for each request; the arrays of a {@link Job} in small. */
export type DrawnBlock = {
  count: number;
  values: Float64Array[];
  standardErrors: Float64Array[] | null;
  leftOut: Float64Array[] | null;
  redrawn: Float64Array;
};

/** Replicates that share one random stream. */
export const BLOCK = 512;

export const blocksOf = ({replicates}: Pick<Job, "replicates">): number => Math.ceil(replicates / BLOCK);
