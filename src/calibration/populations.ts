import {readCatalogue} from "../environment/catalogue.js";
import {type Random, randomStream} from "../random.js";
import {scoreAtK} from "../score/scoreAtK.js";
import {type Cohort, type EnvironmentName, HUMAN_ATTEMPTS} from "../simulate/design.js";
import {exponential, logistic, lognormal, normal} from "../simulate/distributions.js";
import {drawFinalScore} from "../simulate/drawFinalScore.js";
import {model} from "../simulate/model.js";

/**
 * A population that data sets are drawn from with replacement, so that the truth is known without error: score@k of
 * independent draws from it, by formula.
 */
export type Environments = {environment: string; combine: "best" | "mean"; scores: Float64Array}[];

/** Attempts of each environment in a population. */
const SIZE = 20_000;
const NAMES = Object.keys(HUMAN_ATTEMPTS) as EnvironmentName[];
const HIDDEN = "scaling_law";

export type Shape = "sample" | "light" | "heavy" | "zeros";

/** Seven environments of one shape. */
export function population(shape: Shape, seed: number): Environments {
  const rules = new Map(readCatalogue().environments.map(({name, scoreRule}) => [name, scoreRule]));
  return NAMES.map((environment) => {
    const random = randomStream(seed, "population", shape, environment);
    const draw = shape === "sample" ? () => agentScore(environment, rules.get(environment)!, random) : () => SHAPES[shape](random);
    return {environment, combine: environment === HIDDEN ? "mean" : "best", scores: Float64Array.from({length: SIZE}, draw)};
  });
}

/** The best agent of the sample data, 30 minutes. */
const agentScore = (environment: EnvironmentName, rule: "best" | "last" | "first", random: Random) =>
  drawFinalScore({kind: "agent", environment, timeLimitSeconds: 1800, scaffold: "Modular", model: "synthetic-model-a"}, rule, 0, random);

const SHAPES = {
  /** Uniform on [0, 1). */
  light: (random: Random) => random.uniform(),
  /** Lognormal, median 0.2, σ = 1.2. */
  heavy: (random: Random) => lognormal(random, 0.2, 1.2),
  /** 0 with probability 0.95, else 0.1 + exponential with mean 0.5. */
  zeros: (random: Random) => (random.uniform() < 0.95 ? 0 : 0.1 + exponential(random, 0.5)),
};

/** How many environments there are to draw seven from, where environments vary. */
const SUPERPOPULATION = 200;
const SIZE_EACH = 4_000;

/**
 * A superpopulation of environments: scores are 0 with a probability, else reach · logistic(location + 0.8 z), and probability, reach
 * and location vary as widely as those of the seven environments of the sample model do.
 */
export function superpopulation(seed: number): Environments {
  const seven = NAMES.map((name) => model.environments[name].agents);
  return Array.from({length: SUPERPOPULATION}, (_, i) => {
    const random = randomStream(seed, "superpopulation", i);
    const pick = () => seven[random.below(seven.length)]!;
    const reach = pick().reach * Math.exp(0.2 * normal(random));
    const progress = Math.min(0.95, Math.max(0.05, pick().progress + 0.1 * normal(random)));
    const location = pick().location + 0.3 * normal(random);
    const draw = () => (random.uniform() < progress ? reach * logistic(location + model.spread.agent * normal(random)) : 0);
    return {
      environment: `environment-${String(i).padStart(3, "0")}`,
      combine: "best",
      scores: Float64Array.from({length: SIZE_EACH}, draw),
    };
  });
}

/** People, each with the score that they would get in each environment. */
export type People = {environment: string; combine: "best" | "mean"; scores: Float64Array}[];

/** @param spread Factor on the standard deviation between people, 1 in the sample model. */
export function peoplePopulation(spread: number, seed: number): People {
  const rules = new Map(readCatalogue().environments.map(({name, scoreRule}) => [name, scoreRule]));
  const random = randomStream(seed, "people", spread);
  const people = Array.from({length: SIZE}, () => ({cohort: drawCohort(random), effect: spread * model.personSpread * normal(random)}));
  return NAMES.map((environment) => {
    const score = ({cohort, effect}: (typeof people)[number]) =>
      drawFinalScore({kind: "human", environment, timeLimitSeconds: 8 * 3600, person: "", cohort}, rules.get(environment)!, effect, random);
    return {environment, combine: environment === HIDDEN ? "mean" : "best", scores: Float64Array.from(people, score)};
  });
}

/** By the number of people of each cohort: 40, 13 and 8 of 61. */
function drawCohort(random: Random): Cohort {
  const i = random.below(61);
  return i < 40 ? "hiring" : i < 53 ? "network" : "students";
}

/** Score@k of independent draws from each environment; the mean at any k where scores are hidden. */
export const trueScores = (environments: Environments, k: number): number[] =>
  environments.map(({combine, scores}) => scoreAtK(Array.from(scores), combine === "mean" ? 1 : k, "with-replacement"));
