import type {Random} from "../random.js";
import {permutationTest, type RandomizationTest} from "../stats/permutationTest.js";
import type {Part} from "./aggregate.js";
import {type Estimator, rankWeights} from "./scoreAtK.js";

/**
 * Two-sided permutation test of the labels of two participants within each environment, on the difference of their score@k (mean
 * over environments): would a split of these attempts at random, with the same sizes, be this far apart?
 *
 * @param a The parts of one side; those of `b` are of the same environments in the same order, with the same k each.
 * @param options.random The random numbers of an environment, by its name.
 * @throws RebenchError `undefined-statistic` where permutationTest does; RangeError for parts that do not match.
 */
export function permutationOfScoreAtK(
  a: readonly Part[],
  b: readonly Part[],
  {estimator, replicates, random}: {estimator: Estimator; replicates: number; random: (environment: string) => Random},
): RandomizationTest {
  if (a.length !== b.length || a.some(({environment, k}, e) => environment !== b[e]!.environment || k !== b[e]!.k)) {
    throw new RangeError("both sides need the same environments, each with the same k");
  }
  const strata = a.map(({scores, k}, e) => ({
    a: scores,
    b: b[e]!.scores,
    weightsA: rankWeights(scores.length, k, estimator),
    weightsB: rankWeights(b[e]!.scores.length, k, estimator),
  }));
  return permutationTest(strata, {alternative: "two-sided", replicates, random: (e) => random(a[e]!.environment)});
}
