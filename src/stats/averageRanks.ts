/**
 * The rank of each value, 1 for the smallest; equal values share the mean of the ranks that they take.
 *
 * @param values Finite numbers, any order. Not modified.
 * @see scipy.stats.rankdata, method "average".
 * @example averageRanks([10, 0, 10]) // => [2.5, 1, 2.5]
 */
export function averageRanks(values: readonly number[]): number[] {
  const places = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const ranks = new Array<number>(values.length);
  for (let from = 0; from < places.length; ) {
    let to = from;
    while (to + 1 < places.length && values[places[to + 1]!] === values[places[from]!]) ++to;
    for (let i = from; i <= to; ++i) ranks[places[i]!] = 1 + (from + to) / 2;
    from = to + 1;
  }
  return ranks;
}
