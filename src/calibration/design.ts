import {randomStream} from "../random.js";
import type {EnvironmentScores} from "../score/aggregate.js";
import type {IntervalMethod} from "../score/interval.js";
import type {ResamplingScheme} from "../score/resample/job.js";
import type {Estimator} from "../score/scoreAtK.js";
import {type Environments, peoplePopulation, population, type Shape, superpopulation, trueScores} from "./populations.js";

/** What intervals are checked on: how data sets come about, and what the interval should cover. */
export type Setting = {
  population: Shape | "environments" | "people" | "close-people";
  /** Attempts in each environment. */
  n: number;
  ks: number[];
  scheme: ResamplingScheme;
  estimator: Estimator;
  methods: IntervalMethod[];
};

export const NS = [8, 16, 35, 100, 200] as const;
/** Jackknives over people in every replicate take long; beyond this n only the cheaper methods are studied. */
const MOST_STUDENTIZED_PEOPLE = 100;
const ENVIRONMENTS = 7;

/** Powers of two up to n, and n. */
const ksUpTo = (n: number) => [...new Set([...Array.from({length: Math.floor(Math.log2(n)) + 1}, (_, power) => 2 ** power), n])];

export function settings(): Setting[] {
  const shapes: Shape[] = ["sample", "light", "heavy", "zeros"];
  const without = "without-replacement" as const;
  const withReplacement = "with-replacement" as const;
  const most: IntervalMethod[] = ["percentile", "bca", "studentized"];
  return NS.flatMap((n): Setting[] => {
    const ks = ksUpTo(n);
    const fewKs = ks.filter((k) => k <= 16);
    const peopleMethods: IntervalMethod[] = n <= MOST_STUDENTIZED_PEOPLE ? most : ["percentile", "bca"];
    return [
      ...shapes.flatMap((shape): Setting[] => [
        {population: shape, n, ks, scheme: "attempts", estimator: without, methods: [...most, "normal"]},
        {population: shape, n, ks, scheme: "attempts", estimator: withReplacement, methods: ["percentile", "m-out-of-n"]},
      ]),
      ...(["environments", "attempts"] as const).map((scheme): Setting => {
        return {population: "environments", n, ks: fewKs, scheme, estimator: without, methods: most};
      }),
      ...(n > 100
        ? []
        : (["people", "close-people"] as const).flatMap((name) =>
            (["people", "attempts"] as const).map((scheme): Setting => {
              return {population: name, n, ks: fewKs, scheme, estimator: without, methods: scheme === "people" ? peopleMethods : most};
            }),
          )),
    ];
  });
}

/** A source of data sets and their truth, by k. */
export type Source = {dataSet(number: number): EnvironmentScores[]; truth(k: number): number};

export function sourceOf({population: name, n}: Setting, seed: number): Source {
  const environments = made(name, seed);
  if (name === "environments") return ofSuperpopulation(environments, n, seed);
  if (name === "people") return ofPeople(environments, {n, each: 71 / 61, seed, name});
  if (name === "close-people") return ofPeople(environments, {n, each: 3, seed, name});
  return {
    dataSet(number) {
      const random = randomStream(seed, "data set", name, n, number);
      return environments.map(({scores, ...each}) => ({
        ...each,
        scores: Array.from({length: n}, () => scores[random.below(scores.length)]!),
      }));
    },
    truth: (k) => mean(trueScores(environments, k)),
  };
}

const kept = new Map<string, Environments>();

/** A population takes seconds to make, and is the same for every n. */
function made(name: Setting["population"], seed: number): Environments {
  const key = `${name} ${seed}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const environments = make(name, seed);
  kept.set(key, environments);
  return environments;
}

function make(name: Setting["population"], seed: number): Environments {
  if (name === "environments") return superpopulation(seed);
  if (name === "people") return peoplePopulation(1, seed);
  return name === "close-people" ? peoplePopulation(3, seed) : population(name, seed);
}

/** Seven environments drawn from many, then attempts in each. */
function ofSuperpopulation(environments: Environments, n: number, seed: number): Source {
  return {
    dataSet(number) {
      const random = randomStream(seed, "data set", "environments", n, number);
      return Array.from({length: ENVIRONMENTS}, (_, i) => {
        const {scores, combine} = environments[random.below(environments.length)]!;
        return {environment: `e${i}`, combine, scores: Array.from({length: n}, () => scores[random.below(scores.length)]!)};
      });
    },
    truth: (k) => mean(trueScores(environments, k)),
  };
}

type PeopleDesign = {n: number; each: number; seed: number; name: string};

/** n attempts in each environment, by people who make `each` attempts on average, all in different environments. */
function ofPeople(environments: Environments, {n, each, seed, name}: PeopleDesign): Source {
  const slots = ENVIRONMENTS * n;
  const about = Math.round(slots / each);
  const people = about % ENVIRONMENTS === 0 ? about + 1 : about; // else a person would meet an environment again
  return {
    dataSet(number) {
      const random = randomStream(seed, "data set", name, n, number);
      const persons = Array.from({length: people}, () => random.below(environments[0]!.scores.length));
      return environments.map(({environment, combine, scores}, e) => {
        const own = Array.from({length: n}, (_, i) => (i * ENVIRONMENTS + e) % people);
        return {environment, combine, scores: own.map((i) => scores[persons[i]!]!), people: own.map((i) => `p${i}`)};
      });
    },
    truth: (k) => mean(trueScores(environments, k)),
  };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
