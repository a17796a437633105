import {type Random, randomStream} from "../random.js";
import type {EnvironmentScores} from "./aggregate.js";

/**
 * How often each attempt is in a sample: one list for each environment, in the order of its scores. The attempts
 * themselves are the sample in which each count is 1.
 */
export type AttemptCounts = readonly Int32Array[];

/** A number that depends on which attempts are in the sample; there are as many in each environment as it has attempts. */
export type CountedStatistic = (counts: AttemptCounts) => number;

/** Every attempt once: the sample itself. */
export const onceEach = (environments: readonly {scores: readonly number[]}[]): AttemptCounts =>
  environments.map(({scores}) => new Int32Array(scores.length).fill(1));

/** Replicates that share one random stream; blocks can be computed in any order. */
const BLOCK = 1024;

/** Bootstrap resamples one after the other: `draw` puts the next one into `counts`, by environment. */
export type Resamples = {counts: ReadonlyMap<string, Int32Array>; draw(): void};

/**
 * Resamples of attempts within environments: n draws with replacement from the n of each.
 *
 * Each environment and block of 1,024 resamples has a random stream of its own, named by the key, so that the resamples of
 * one environment do not depend on which others are there.
 *
 * @param key What the streams are for, the seed first.
 */
export function attemptResamples(environments: readonly EnvironmentScores[], key: readonly (string | number)[]): Resamples {
  const counts = new Map(environments.map(({environment, scores}) => [environment, new Int32Array(scores.length)]));
  const all = [...counts].map(([environment, own]) => ({environment, own, random: null as Random | null}));
  let drawn = 0;
  return {
    counts,
    draw() {
      for (const each of all) {
        if (drawn % BLOCK === 0) each.random = randomStream(...key, each.environment, drawn / BLOCK);
        drawInto(each.own, each.random!);
      }
      ++drawn;
    },
  };
}

function drawInto(counts: Int32Array, random: Random): void {
  counts.fill(0);
  for (let i = 0; i < counts.length; ++i) ++counts[random.below(counts.length)]!;
}
