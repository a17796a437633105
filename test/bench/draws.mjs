// The reference cost of a bootstrap: drawing one index for each resampled attempt, and nothing else.
import {randomStream} from "../../dist/random.js";
import {IndexSlots, IndexStream} from "../../dist/score/resample/indexStream.js";

const REPETITIONS = 5;

/** Attempts drawn for the table: where all k of a group share resamples, and where every row draws its own. */
export function drawsOf(groups, rows, replicates) {
  const attempts = ({environments}) => environments.reduce((sum, {scores}) => sum + scores.length, 0);
  const rowsOf = ({agent, limit}) => rows.filter((row) => row.agent === agent && row.limit === limit).length;
  const sum = (weight) => groups.reduce((total, group) => total + weight(group) * attempts(group), 0) * replicates;
  return {shared: sum(() => 1), own: sum(rowsOf)};
}

/** Seconds of the best of several rounds over all groups: one call of the general generator for each draw; and the stream of resamples with its counting. */
export function drawSeconds(groups, replicates) {
  const sizes = groups.flatMap(({environments}) => environments.map(({scores}) => scores.length));
  return {general: best(() => generalDraws(sizes, replicates)), counted: best(() => countedDraws(sizes, replicates))};
}

function generalDraws(sizes, replicates) {
  let sum = 0;
  for (const n of sizes) {
    const random = randomStream("draws", n);
    for (let i = 0; i < n * replicates; ++i) sum += random.below(n);
  }
  return sum; // used, so that no draw can be left out
}

function countedDraws(sizes, replicates) {
  let sum = 0;
  for (const n of sizes) {
    const stream = new IndexStream("draws", n);
    const slots = new IndexSlots(
      Int32Array.from({length: n}, (_, i) => i),
      n,
    );
    const counts = slots.counters();
    for (let i = 0; i < replicates; ++i) stream.count(n, slots, counts);
    sum += counts[0];
  }
  return sum;
}

function best(work) {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < REPETITIONS; ++i) {
    const begin = performance.now();
    work();
    least = Math.min(least, (performance.now() - begin) / 1000);
  }
  return least;
}
