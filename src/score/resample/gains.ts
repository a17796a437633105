import {type Estimator, rankWeights} from "../scoreAtK.js";

/** Columns that are summed side by side in one pass over the scores, for a number of k: fours, then a two and a one. */
export function passWidths(ks: number): (1 | 2 | 4)[] {
  return [...Array<4>(Math.floor(ks / 4)).fill(4), ...(ks % 4 >= 2 ? [2 as const] : []), ...(ks % 2 === 1 ? [1 as const] : [])];
}

/**
 * G(j) = 1 − S(j) of {@link scoreAtK}: the chance that one of the best j of m attempts is among the k, for j = 0 … m. Score@k
 * is the lowest score plus Σ gap · G(attempts above the gap).
 *
 * @returns One table for each of {@link passWidths}, with m + 1 rows of as many values. NaN where score@k is not defined: k > m
 * without replacement, or no attempts.
 */
export function gainTables(m: number, ks: readonly number[], estimator: Estimator): Float64Array[] {
  let first = 0;
  return passWidths(ks.length).map((width) => {
    const table = new Float64Array((m + 1) * width);
    for (let column = 0; column < width; ++column) fillColumn(table, {column, width, m}, ks[first + column]!, estimator);
    first += width;
    return table;
  });
}

type Column = {column: number; width: number; m: number};

function fillColumn(table: Float64Array, {column, width, m}: Column, k: number, estimator: Estimator): void {
  const isDefined = m > 0 && (k <= m || estimator === "with-replacement");
  const weights = isDefined ? rankWeights(m, k, estimator) : [];
  let sum = isDefined ? 0 : Number.NaN;
  for (let j = 0; j <= m; ++j) {
    table[j * width + column] = sum;
    // what the weights add up to is 1, without rounding
    if (isDefined) sum = j + 1 < weights.length ? sum + weights[j]! : 1;
  }
}
