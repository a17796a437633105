import {readFileSync} from "node:fs";
import type {Part} from "../../src/score/aggregate.js";
import type {Replicates} from "../../src/score/bootstrap.js";
import {ResampledEnvironment} from "../../src/score/resample/resampledEnvironment.js";
import type {Estimator} from "../../src/score/scoreAtK.js";

export type FixtureEnvironment = {environment: string; combine: "best" | "mean"; scores: number[]};

/** A file of test/fixtures/intervals, made by the script beside it. */
export const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/intervals/${name}.json`, import.meta.url), "utf8")) as {cases: never[]} & Record<
    string,
    never
  >;

export const partsOf = (environments: readonly FixtureEnvironment[], k: number): Part[] =>
  environments.map((each) => ({...each, k: each.combine === "mean" ? 1 : k}));

/** Indices into the scores of each environment, by resample. */
export type Resamples = readonly (readonly (readonly number[])[])[];

/** Replicates of given resamples, with standard errors, by the code that draws its own. */
export function replicatesOf(parts: readonly Part[], resamples: Resamples, estimator: Estimator): Replicates {
  const environments = parts.map(({scores, k}) => new ResampledEnvironment(scores, [k], estimator));
  const values = new Float64Array(resamples.length);
  const standardErrors = new Float64Array(resamples.length);
  for (const [b, resample] of resamples.entries()) {
    let variance = 0;
    for (const [e, environment] of environments.entries()) {
      environment.clear();
      for (const index of resample[e]!) ++environment.counts[environment.scores.slots[index]!]!;
      environment.evaluate(resample[e]!.length);
      environment.jackknife(resample[e]!.length);
      values[b]! += environment.values[0]! / parts.length;
      variance += environment.variances[0]! / parts.length ** 2;
    }
    standardErrors[b] = Math.sqrt(variance);
  }
  return {values, standardErrors, leftOut: null, redrawn: 0};
}

/** Every combination of every environment's nⁿ resamples. */
export function allResamples(sizes: readonly number[]): number[][][] {
  const ofOne = (n: number): number[][] => {
    let lists: number[][] = [[]];
    for (let i = 0; i < n; ++i) lists = lists.flatMap((list) => Array.from({length: n}, (_, index) => [...list, index]));
    return lists;
  };
  return sizes.reduce<number[][][]>((all, n) => all.flatMap((before) => ofOne(n).map((own) => [...before, own])), [[]]);
}
