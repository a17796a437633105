// Do two bootstraps of the same rows agree within Monte Carlo error?
import {replicatesOf} from "./ours.mjs";

const LEVELS = {low: 0.025, high: 0.975};

/**
 * The largest distance of the ends of a peer's intervals from ours, in standard errors, and the largest difference of scores.
 *
 * An end at x is compared by rank: the share of our replicates below it against 2.5 or 97.5 %. Both are estimates from B
 * replicates, so that the standard error of the difference is √(2 p (1 − p) / B) whatever the distribution; where replicates
 * tie with x, any share between those below and those at or below it will do.
 */
export function agreement(groups, peerRows, {replicates, seed}) {
  const ours = new Map(
    groups
      .flatMap((group) => replicatesOf(group, {replicates, seed, threads: 1}))
      .map((row) => [keyOf(row), Float64Array.from(row.drawn.values).sort()]),
  );
  const distances = peerRows.flatMap((row) =>
    Object.entries(LEVELS).map(([end, p]) => ({row: keyOf(row), end, errors: errorsBetween(ours.get(keyOf(row)), row[end], p)})),
  );
  return {ends: distances.length, worst: distances.reduce((most, each) => (each.errors > most.errors ? each : most))};
}

export const keyOf = ({agent, limit, k}) => `${agent}, ${limit} s, k = ${k}`;

function errorsBetween(ascending, x, p) {
  const slack = 1e-12 * Math.max(1, Math.abs(x));
  const below = ascending.filter((value) => value < x - slack).length / ascending.length;
  const upTo = ascending.filter((value) => value <= x + slack).length / ascending.length;
  const distance = Math.max(0, below - p, p - upTo);
  return distance / Math.sqrt((2 * p * (1 - p)) / ascending.length);
}
