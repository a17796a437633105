import {formatDuration} from "../duration.js";
import {RebenchError} from "../errors.js";
import {benjaminiHochberg} from "../stats/benjaminiHochberg.js";
import {holm} from "../stats/holm.js";
import {comparePair, estimator, type PairOptions, type PairRow} from "./comparePair.js";
import {budgetOf, type ComparisonPoint, choiceAt, pointLabel} from "./comparisonPoint.js";
import {contextOf, type Source} from "./context.js";
import {groupBy} from "./groupBy.js";
import {schemeWarnings} from "./intervalWarnings.js";
import {pairWarnings} from "./pairWarnings.js";
import type {Series} from "./series.js";
import {seriesNamed} from "./seriesNamed.js";
import type {Warning} from "./settings.js";
import {PEOPLE_RULE, type Settings, scoreRules, settingsOf} from "./settingsInForce.js";
import {DIFFERENCES, withoutUnused} from "./unusedOptions.js";

export type CompareOptions = PairOptions & {
  /** Labels, people are `human`; null for every pair of the selection. */
  pair: readonly [a: string, b: string] | null;
  point: ComparisonPoint;
};

/** A pair's p value among those of all pairs of the table. */
export type Adjusted = {
  /** Of this test: labels permuted, or where that has no p signs flipped. */
  test: "permutation" | "sign-flips";
  p: number;
  holm: number;
  benjaminiHochberg: number;
  /** Pairs with a p. */
  comparisons: number;
};

export type ComparisonRow = PairRow & {timeBudgetSeconds: number; adjusted: Adjusted | null};
export type Comparison = {rows: ComparisonRow[]; settings: Settings; warnings: Warning[]};

/** Rules of this comparison that no option changes, as sentences. */
const RULES = {
  environmentsCompared: "those in which both sides have attempts; the others are left out, and named",
  allocationsCompared:
    "chosen for each side in those environments alone: widest coverage, then best score; the same in every replicate, so that its choice is no part of the intervals",
  difference: "a − b; replicates of both sides subtracted one by one; percentile interval",
  gainPerDoubling: "score less the score of half the budget: k / 2 attempts of the same limit, or the best allocation of half of it",
  probabilityOfImprovement: "P(a > b) + P(a = b) / 2 for one attempt of each in the same environment, mean over environments",
  permutation: "labels within each environment, two-sided, ties count to within 1e-10 of the scores, exact up to 1e6 arrangements",
  signFlips: "of the differences of the environments, two-sided, ties count to within 1e-10, exact up to 20 environments",
  testStreams:
    'arrangements that are drawn: xoroshiro128+ from SHA-256 of (seed, "permutation", both names, time limit, limit of the longer attempts, environment) and of (seed, "sign-flips", both names)',
  smallestDifference: "normal approximation: (z of 1 - alpha/2 + z of power) * standard deviation of the replicates of the difference",
  adjustedFor:
    "the pairs of the table whose p comes from the same test: of the permutation of labels, or where that has none of the sign flips",
} as const;

/**
 * Participants compared at one time limit and k, or at one budget: one pair, or all pairs of the selection, people among them.
 *
 * @throws RebenchError `usage` for a participant compared with itself, or a breakdown.
 */
export async function compare(source: Source, options: CompareOptions): Promise<Comparison> {
  checkOptions(options);
  const {pair, point, alpha, power, permutations} = options;
  const used = withoutUnused(options, DIFFERENCES);
  const own = {...used.options, agents: pair ? [...pair] : options.agents};
  const context = await contextOf(source, own, (series, cellOptions) => {
    const choice = choiceAt(series, point, own, cellOptions);
    return "reason" in choice ? [] : [{row: pointLabel(point), environments: choice.environments}];
  });
  const {cellOptions} = context;
  const pairs = pair ? [pair.map((agent) => seriesNamed(agent, context.series)) as [Series, Series]] : pairsOf(context.series);
  const estimateAt = estimator(own, cellOptions);
  const rows = pairs.map((sides) => ({sides, row: comparePair(sides, point, own, cellOptions, estimateAt)}));
  const rules = {...scoreRules(own), ...("budgetSeconds" in point && PEOPLE_RULE)};
  const asked = "budgetSeconds" in point ? {budget: formatDuration(point.budgetSeconds)} : {at: pointLabel(point)};
  return {
    rows: withAdjusted(rows.map(({row}) => ({timeBudgetSeconds: budgetOf(point), ...row}))),
    settings: settingsOf(
      context,
      own,
      {pair: pair && [...pair], all: pair === null, ...asked, alpha, power, permutations, ...RULES},
      rules,
    ),
    warnings: [
      ...context.warnings,
      ...used.warnings,
      ...schemeWarnings(context.selected.attempts, own),
      ...pairWarnings(rows, own, cellOptions),
    ],
  };
}

function checkOptions({pair, by}: CompareOptions): void {
  if (pair !== null && pair[0] === pair[1]) {
    throw new RebenchError("usage", {
      problem: `"${pair[0]}" is compared with itself`,
      hint: "Name two participants; people are: human.",
    });
  }
  if (by !== null) {
    throw new RebenchError("usage", {
      problem: `--by ${by}: participants are compared as a whole`,
      hint: "Choose what counts with --environments, such as --environments fix_embedding, or leave --by out.",
    });
  }
}

const pairsOf = (all: readonly Series[]): [Series, Series][] =>
  all.flatMap((a, i) => all.slice(i + 1).map((b): [Series, Series] => [a, b]));

function withAdjusted(rows: readonly (PairRow & {timeBudgetSeconds: number})[]): ComparisonRow[] {
  const tested = rows.map(({permutation, signFlips}) => {
    if (permutation.p !== null) return {test: "permutation" as const, p: permutation.p};
    return signFlips.p === null ? null : {test: "sign-flips" as const, p: signFlips.p};
  });
  const families = groupBy(
    tested.filter((each) => each !== null),
    ({test}) => test,
  );
  const adjusted = new Map(
    [...families.values()].flatMap((family) => {
      const ps = family.map(({p}) => p);
      const [byHolm, byRate] = [holm(ps), benjaminiHochberg(ps)];
      return family.map((each, i) => [each, {...each, holm: byHolm[i]!, benjaminiHochberg: byRate[i]!, comparisons: ps.length}] as const);
    }),
  );
  return rows.map((row, i): ComparisonRow => {
    const own = tested[i]!;
    return {...row, adjusted: rows.length === 1 || own === null ? null : adjusted.get(own)!};
  });
}
