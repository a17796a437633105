import {RebenchError} from "../errors.js";

/**
 * P(a > b) + ½ P(a = b) for a value of each sample drawn at random: Mann and Whitney's U over the number of pairs.
 *
 * @param a At least one finite number, any order. Not modified.
 * @param b The same.
 * @returns In [0, 1]; ½ for samples that are alike.
 * @throws RebenchError `undefined-statistic` where a sample is empty.
 * @see Mann and Whitney 1947, https://doi.org/10.1214/aoms/1177730491; Agarwal et al. 2021, arXiv 2108.13264, § 4.3.
 * @example probabilityOfImprovement([1, 2], [1, 0]) // => 0.875
 */
export function probabilityOfImprovement(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) {
    throw new RebenchError("undefined-statistic", {
      problem: "the probability of improvement needs values on both sides",
      hint: "Give at least one on each.",
    });
  }
  const {placesA, placesB, distinct} = placesOf(a, b);
  const count = (places: Int32Array) => {
    const counts = new Int32Array(distinct);
    for (const place of places) ++counts[place]!;
    return counts;
  };
  return shareOfPairs(count(placesA), count(placesB));
}

/** Where each value of two samples stands among the distinct values of both, smallest first. */
export function placesOf(a: readonly number[], b: readonly number[]): {placesA: Int32Array; placesB: Int32Array; distinct: number} {
  const values = [...new Set([...a, ...b])].sort((x, y) => x - y);
  const place = new Map(values.map((value, i) => [value, i]));
  const placesIn = (sample: readonly number[]) => Int32Array.from(sample, (value) => place.get(value)!);
  return {placesA: placesIn(a), placesB: placesIn(b), distinct: values.length};
}

/** The same probability from how often each distinct value occurs on either side, smallest first. */
export function shareOfPairs(countsA: Int32Array, countsB: Int32Array): number {
  let [wins, ofA, ofB] = [0, 0, 0];
  for (let i = 0; i < countsA.length; ++i) {
    wins += countsA[i]! * (ofB + countsB[i]! / 2);
    ofA += countsA[i]!;
    ofB += countsB[i]!;
  }
  return wins / (ofA * ofB);
}
