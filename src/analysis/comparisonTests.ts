import {formatDuration} from "../duration.js";
import {RebenchError} from "../errors.js";
import {randomStream} from "../random.js";
import type {Part} from "../score/aggregate.js";
import type {Allocation} from "../score/allocations.js";
import {permutationOfScoreAtK} from "../score/permutationOfScoreAtK.js";
import {scoreAtK} from "../score/scoreAtK.js";
import type {RandomizationTest} from "../stats/permutationTest.js";
import {signFlipTest} from "../stats/signFlipTest.js";
import type {AnalysisOptions} from "./settings.js";

/** A test's p value and how it came about; null, with the reason, where there is none. */
export type TestResult = {
  p: number | null;
  method: RandomizationTest["method"] | null;
  /** Null where there is no test, and past what a number can hold. */
  arrangements: number | null;
  /** Random arrangements; null for an exact test. */
  replicates: number | null;
  /** The smallest p that it could have given. */
  smallestP: number | null;
  reason: string | null;
};

/** One side of a comparison: whose attempts, how its time is spent, its environments by name. */
export type TestedSide = {agent: string; allocation: Allocation; parts: readonly Part[]};
export type TestOptions = AnalysisOptions & {permutations: number};

export const noTest = (reason: string): TestResult => ({
  p: null,
  method: null,
  arrangements: null,
  replicates: null,
  smallestP: null,
  reason,
});

/** Labels permuted within each environment: about these environments. Only for attempts that are alike on both sides. */
export function labelsTest(a: TestedSide, b: TestedSide, {estimator, permutations, seed}: TestOptions): TestResult {
  const reason = whyNotAlike(a, b);
  if (reason !== null) return noTest(reason);
  const names = [a.agent, b.agent].sort();
  const {timeLimitSeconds, slicedFromSeconds} = a.allocation;
  const key = [seed, "permutation", ...names, timeLimitSeconds, String(slicedFromSeconds)] as const;
  const random = (environment: string) => randomStream(...key, environment);
  return asResult(() => permutationOfScoreAtK(a.parts, b.parts, {estimator, replicates: permutations, random}));
}

/** Signs of the differences of the environments flipped: about environments like these. */
export function flipsTest(a: TestedSide, b: TestedSide, {estimator, permutations, seed}: TestOptions): TestResult {
  const scoreOf = ({scores, k}: Part) => scoreAtK(scores, k, estimator);
  const differences = a.parts.map((part, e) => scoreOf(part) - scoreOf(b.parts[e]!));
  const random = () => randomStream(seed, "sign-flips", ...[a.agent, b.agent].sort());
  return asResult(() => signFlipTest(differences, {replicates: permutations, random}));
}

function asResult(test: () => RandomizationTest): TestResult {
  try {
    const {arrangements, ...rest} = test();
    return {...rest, arrangements: Number.isFinite(arrangements) ? arrangements : null, reason: null};
  } catch (error) {
    if (error instanceof RebenchError && error.code === "undefined-statistic") return noTest(error.problem);
    throw error;
  }
}

/** Why attempts of the two sides cannot be exchanged; null where they can. */
function whyNotAlike(a: TestedSide, b: TestedSide): string | null {
  const made = ({slicedFromSeconds, timeLimitSeconds}: Allocation) => slicedFromSeconds ?? timeLimitSeconds;
  const [left, right] = [a.allocation, b.allocation];
  if (left.timeLimitSeconds !== right.timeLimitSeconds || left.k !== right.k) {
    return `labels can be exchanged only where both sides have the same limit and k, here ${spent(left)} and ${spent(right)}`;
  }
  if (made(left) !== made(right)) {
    const [first, second] = [formatDuration(made(left)), formatDuration(made(right))];
    return `labels can be exchanged only where attempts were made at the same limit, here ${first} and ${second}`;
  }
  const unequal = a.parts.find(({k}, e) => k !== b.parts[e]!.k);
  return unequal
    ? `labels can be exchanged only where both sides have the same k, which --too-few clamp changed in ${unequal.environment}`
    : null;
}

const spent = ({timeLimitSeconds, k}: Allocation) => `${formatDuration(timeLimitSeconds)}@${k}`;
