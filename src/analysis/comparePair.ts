import type {Part} from "../score/aggregate.js";
import type {Allocation} from "../score/allocations.js";
import {isCalibrated} from "../score/calibration.js";
import {improvementReplicates} from "../score/improvementReplicates.js";
import {probabilityOfImprovement} from "../stats/probabilityOfImprovement.js";
import {smallestDifference} from "../stats/smallestDifference.js";
import {type CellOptions, cellOf} from "./cell.js";
import {type ComparisonPoint, choiceAt, halfOf, pointLabel} from "./comparisonPoint.js";
import {flipsTest, labelsTest, noTest, type TestResult} from "./comparisonTests.js";
import {type Estimate, estimates} from "./estimates.js";
import {type IntervalEstimate, intervalEstimate, notEstimated} from "./intervalEstimate.js";
import {differenceEstimate, minus, namedBehind, type Replicated, ratioEstimate, scoreEstimate} from "./replicated.js";
import type {Series} from "./series.js";
import type {AnalysisOptions} from "./settings.js";
import {both, type LeftOut, type Shared, sharedEnvironments, within} from "./sharedEnvironments.js";

export type PairOptions = AnalysisOptions & {
  /** Level of the two-sided test whose power is asked about, and at which the two tests are said to disagree. In (0, 1). */
  alpha: number;
  /** In (alpha, 1). */
  power: number;
  /** Random arrangements, where there are too many to go through. */
  permutations: number;
};

/** One participant of a comparison. */
export type ComparedSide = {
  agent: string;
  kind: "agent" | "human";
  /** How its time is spent; null where it has no score. */
  timeLimitSeconds: number | null;
  k: number | null;
  /** The limit of the longer attempts that are seen at `timeLimitSeconds`; null for attempts made at it. */
  slicedFromSeconds: number | null;
  attempts: number;
  /** Draws of people that left an environment empty and were drawn again. */
  redrawn: number;
  /** Whether percentile intervals hold the truth about as often as they say at its n and k; null where it has no score. */
  calibrated: boolean | null;
  /** Why it has no score; null where it has one. */
  reason: string | null;
};

/** The smallest difference that this many attempts could have shown; null, with the reason, where that is not defined. */
export type Detectable = {value: number | null; alpha: number; power: number; reason: string | null};

/** Two participants, a and b, at one point. Differences are a − b. */
export type PairRow = {
  a: ComparedSide;
  b: ComparedSide;
  /** Those that both have, and what is left out. */
  environments: string[];
  leftOut: LeftOut[];
  scoreA: IntervalEstimate;
  scoreB: IntervalEstimate;
  difference: IntervalEstimate;
  ratio: IntervalEstimate;
  /** Score gained by the last doubling of the budget. */
  gainA: IntervalEstimate;
  gainB: IntervalEstimate;
  gainDifference: IntervalEstimate;
  /** That an attempt of a scores higher than one of b in the same environment. */
  probabilityOfImprovement: IntervalEstimate;
  permutation: TestResult;
  signFlips: TestResult;
  /** Whether one test finds a difference at level alpha and the other does not; null where there is one test or none. */
  testsDisagree: boolean | null;
  smallestDifference: Detectable;
};

/** Estimates of one k, from the same resamples however often they are asked for. */
export type EstimateAt = (series: Series, allocation: Allocation, environments: readonly string[]) => Estimate;

/** Keeps estimates: a participant of many pairs is resampled once for each set of environments. */
export function estimator(options: AnalysisOptions, cellOptions: CellOptions): EstimateAt {
  const known = new Map<string, Estimate>();
  return (series, allocation, environments) => {
    const key = JSON.stringify([series.kind, series.agent, allocation, environments]);
    const found =
      known.get(key) ?? estimates(series, cellOf(series, allocation, within(environments, cellOptions)), [allocation.k], options)[0]!;
    known.set(key, found);
    return found;
  };
}

/** Everything that can be said of two participants at one point, over the environments that both have. */
export function comparePair(
  sides: readonly [Series, Series],
  point: ComparisonPoint,
  options: PairOptions,
  cellOptions: CellOptions,
  estimateAt: EstimateAt,
): PairRow {
  const shared = sharedEnvironments(sides, point, options, cellOptions);
  const names = {environments: shared.environments, leftOut: shared.leftOut};
  if (shared.allocations === null) return {...incomparable(sides, shared, options), ...names};
  const scored = both(sides, (series, i) => sideOf(series, shared.allocations![i]!, shared.environments, estimateAt));
  const gains = both(scored, (side) => gainOf(side, point, shared.environments, {options, cellOptions, estimateAt}));
  const [a, b] = scored;
  const difference = differenceEstimate(a, b, options);
  const [permutation, signFlips] = [labelsTest(a, b, options), flipsTest(a, b, options)];
  return {
    a: comparedSide(a, options),
    b: comparedSide(b, options),
    ...names,
    scoreA: scoreEstimate(a, options),
    scoreB: scoreEstimate(b, options),
    difference,
    ratio: ratioEstimate(a, b, options),
    gainA: "reason" in gains[0] ? notEstimated(gains[0].reason) : scoreEstimate(gains[0], options),
    gainB: "reason" in gains[1] ? notEstimated(gains[1].reason) : scoreEstimate(gains[1], options),
    gainDifference: gainDifferenceOf(gains, sides, options),
    probabilityOfImprovement: improvementOf(a, b, options),
    permutation,
    signFlips,
    testsDisagree: permutation.p === null || signFlips.p === null ? null : permutation.p <= options.alpha !== signFlips.p <= options.alpha,
    smallestDifference: detectable(difference, options),
  };
}

type ScoredSide = Replicated & {redrawn: number; series: Series; allocation: Allocation; parts: readonly Part[]};

function sideOf(series: Series, allocation: Allocation, environments: readonly string[], estimateAt: EstimateAt): ScoredSide {
  const found = estimateAt(series, allocation, environments);
  if ("reason" in found) throw new Error(`${series.agent} had a score, and now none: ${found.reason}`);
  const {parts, score, replicates, draws} = found;
  return {series, agent: series.agent, allocation, parts, score, replicates, behind: parts, size: Math.abs(score), redrawn: draws.redrawn};
}

type GainContext = {options: PairOptions; cellOptions: CellOptions; estimateAt: EstimateAt};

/** Score at the point less score at half the budget, replicate by replicate, over the same environments. */
function gainOf(
  side: ScoredSide,
  point: ComparisonPoint,
  environments: readonly string[],
  {options, cellOptions, estimateAt}: GainContext,
): Replicated | {reason: string} {
  const half = halfOf(point);
  if (half === null) return {reason: "no gain per doubling: it needs an even k, for k / 2 attempts at the same limit"};
  const choice = halfChoice(side, half, options, within(environments, cellOptions));
  const label = pointLabel(half);
  if ("reason" in choice) return {reason: `no gain per doubling: at ${label} ${choice.reason}`};
  if (choice.environments.length < environments.length) {
    return {reason: `no gain per doubling: ${label} covers ${choice.environments.length} of the ${environments.length} environments`};
  }
  const before = sideOf(side.series, choice.allocation, environments, estimateAt);
  return minus(side, before);
}

/** k / 2 attempts seen as those of the point are, or the best allocation of half the budget. */
function halfChoice(side: ScoredSide, half: ComparisonPoint, options: PairOptions, cellOptions: CellOptions) {
  if ("budgetSeconds" in half) return choiceAt(side.series, half, options, cellOptions);
  return {allocation: {...side.allocation, k: half.k}, environments: side.parts.map(({environment}) => environment)};
}

function gainDifferenceOf(
  [a, b]: readonly [Replicated | {reason: string}, Replicated | {reason: string}],
  [first, second]: readonly [Series, Series],
  options: PairOptions,
): IntervalEstimate {
  if (!("reason" in a) && !("reason" in b)) return differenceEstimate(a, b, options);
  const reasons = [
    ["reason" in a ? a.reason : null, first.agent],
    ["reason" in b ? b.reason : null, second.agent],
  ].flatMap(([reason, agent]) => (reason === null ? [] : [`${agent}: ${reason}`]));
  return notEstimated(reasons.join("; "));
}

function improvementOf(a: ScoredSide, b: ScoredSide, options: PairOptions): IntervalEstimate {
  const {interval, bootstrap, seed, resample} = options;
  const environments = a.parts.map((part, e) => ({environment: part.environment, a: withPeople(part), b: withPeople(b.parts[e]!)}));
  const value = environments.reduce((sum, each) => sum + probabilityOfImprovement(each.a.scores, each.b.scores), 0) / environments.length;
  const [streamA, streamB] = both([a, b], ({series, allocation}) => ({
    agent: series.streamName,
    timeLimitSeconds: allocation.slicedFromSeconds ?? allocation.timeLimitSeconds,
  }));
  const replicates = improvementReplicates(environments, {replicates: bootstrap, seed, scheme: resample, a: streamA, b: streamB});
  return intervalEstimate(value, replicates, {behind: namedBehind(a, b), scheme: resample, level: interval, size: 1});
}

const withPeople = ({scores, people}: Part) => ({scores, people: people ?? scores.map(() => null)});

function detectable({standardError, reason}: IntervalEstimate, {alpha, power}: PairOptions): Detectable {
  const undefinedBecause = (why: string) => ({value: null, alpha, power, reason: `no standard error of the difference: ${why}`});
  if (standardError === null) return undefinedBecause(reason!.replace("no interval: ", ""));
  if (standardError === 0) return undefinedBecause("all scores are equal");
  return {value: smallestDifference(standardError, {alpha, power}), alpha, power, reason: null};
}

const comparedSide = ({series, allocation, parts, redrawn}: ScoredSide, {resample, estimator}: PairOptions): ComparedSide => ({
  agent: series.agent,
  kind: series.kind,
  ...allocation,
  attempts: parts.reduce((sum, {scores}) => sum + scores.length, 0),
  redrawn,
  calibrated: isCalibrated(parts, {method: "percentile", scheme: resample, estimator}),
  reason: null,
});

/** Nulls, each with the reason why a side has no score. */
function incomparable(
  sides: readonly [Series, Series],
  {reasons}: Shared,
  {alpha, power}: PairOptions,
): Omit<PairRow, "environments" | "leftOut"> {
  const [a, b] = both(sides, ({agent, kind}, i) => {
    return {
      agent,
      kind,
      timeLimitSeconds: null,
      k: null,
      slicedFromSeconds: null,
      attempts: 0,
      redrawn: 0,
      calibrated: null,
      reason: reasons[i]!,
    };
  });
  const given = [...new Set(reasons.flatMap((reason, i) => (reason === null ? [] : [`${sides[i]!.agent}: ${reason}`])))];
  const same = reasons[0] !== null && reasons[0] === reasons[1] ? reasons[0] : given.join("; ");
  const nothing = notEstimated(same);
  const side = (reason: string | null) => notEstimated(reason ?? `not compared: ${same}`);
  return {
    a,
    b,
    scoreA: side(reasons[0]),
    scoreB: side(reasons[1]),
    difference: nothing,
    ratio: nothing,
    gainA: nothing,
    gainB: nothing,
    gainDifference: nothing,
    probabilityOfImprovement: nothing,
    permutation: noTest(same),
    signFlips: noTest(same),
    testsDisagree: null,
    smallestDifference: {value: null, alpha, power, reason: same},
  };
}
