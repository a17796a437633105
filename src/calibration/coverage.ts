import {aggregateScore, type Part, partsAtK} from "../score/aggregate.js";
import {type BootstrapOptions, bootstrap} from "../score/bootstrap.js";
import {type IntervalMethod, intervalOf} from "../score/interval.js";
import {defaultResampleSize} from "../score/intervals/mOutOfN.js";
import {type Setting, type Source, sourceOf} from "./design.js";

/** How the intervals of some data sets did, for one method and k. */
export type Tally = {
  method: IntervalMethod;
  k: number;
  dataSets: number;
  /** Intervals that hold the truth; that lie wholly above or below it; data sets without one. */
  covered: number;
  above: number;
  below: number;
  undefined: number;
  /** Sums over data sets. */
  widths: number;
  estimates: number;
};

export type StudyOptions = {seed: number; replicates: number; level: number};

/** The intervals of data sets `first` to `last` − 1 of a setting. */
export function coverage(setting: Setting, {first, last, ...options}: StudyOptions & {first: number; last: number}): Tally[] {
  const source = cachedSource(setting, options.seed);
  const tallies = setting.methods.flatMap((method) => setting.ks.map((k) => emptyTally(method, k)));
  const truths = setting.ks.map((k) => source.truth(k));
  for (let number = first; number < last; ++number) {
    const parts = setting.ks.map((k) => partsOf(source, number, k));
    for (const {method, k, ...interval} of intervalsOf(setting, parts, number, options)) {
      const tally = tallies.find((each) => each.method === method && each.k === k)!;
      count(tally, interval, truths[setting.ks.indexOf(k)]!);
    }
  }
  return tallies;
}

const emptyTally = (method: IntervalMethod, k: number): Tally => {
  return {method, k, dataSets: 0, covered: 0, above: 0, below: 0, undefined: 0, widths: 0, estimates: 0};
};

function partsOf(source: Source, number: number, k: number): Part[] {
  const found = partsAtK(source.dataSet(number), k, "null");
  if ("reason" in found) throw new Error(found.reason);
  return found.parts;
}

type Found = {score: number; low: number | null; high: number | null};

/** The intervals of every method and k of one data set, those of replicates all from the same ones. */
function intervalsOf(
  setting: Setting,
  requests: Part[][],
  number: number,
  {seed, replicates, level}: StudyOptions,
): (Found & {method: IntervalMethod; k: number})[] {
  const {scheme, estimator, methods, ks} = setting;
  const options: BootstrapOptions = {replicates, seed, estimator, agent: `data set ${number}`, timeLimitSeconds: 1800, scheme};
  const usual = bootstrap(requests, {...options, standardErrors: methods.includes("studentized")});
  const smaller = methods.includes("m-out-of-n") ? bootstrap(requests, {...options, resampleSize: defaultResampleSize}) : usual;
  return methods.flatMap((method) =>
    requests.map((parts, i) => {
      const score = aggregateScore(parts, estimator);
      const draws = (method === "m-out-of-n" ? smaller : usual)[i]!;
      const {low, high} = intervalOf(parts, score, draws, {method, scheme, estimator, level, resampleSize: null});
      return {method, k: ks[i]!, score, low, high};
    }),
  );
}

function count(tally: Tally, {score, low, high}: Found, truth: number): void {
  ++tally.dataSets;
  tally.estimates += score;
  if (low === null || high === null) ++tally.undefined;
  else {
    tally.widths += high - low;
    if (truth < low) ++tally.above;
    else if (truth > high) ++tally.below;
    else ++tally.covered;
  }
}

let cached: {key: string; source: Source} | null = null;

/** Populations take a moment to make; the tasks of a thread come setting by setting. */
function cachedSource(setting: Setting, seed: number): Source {
  const key = `${setting.population} ${setting.n} ${seed}`; // populations themselves are kept by design.ts
  if (cached?.key !== key) cached = {key, source: withKnownTruths(sourceOf(setting, seed))};
  return cached.source;
}

function withKnownTruths(source: Source): Source {
  const truths = new Map<number, number>();
  return {
    ...source,
    truth(k) {
      if (!truths.has(k)) truths.set(k, source.truth(k));
      return truths.get(k)!;
    },
  };
}
