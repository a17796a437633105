import {randomStream} from "../random.js";
import type {Cohort} from "./design.js";
import {normal, rounded} from "./distributions.js";
import {model} from "./model.js";

/** A synthetic person: `effect` on the log-odds of the score, and years of experience. */
export type Person = {effect: number; yearsExperience: number};

/** The same person for every attempt: drawn from (seed, name). Half of the variance of ln(years) goes with the effect; at most 30 years. */
export function drawPerson(seed: number, name: string, cohort: Cohort): Person {
  const random = randomStream("simulate", seed, name);
  const skill = normal(random);
  const years = model.cohorts[cohort].medianYears * Math.exp(0.5 * (Math.SQRT1_2 * skill + Math.SQRT1_2 * normal(random)));
  return {effect: model.personSpread * skill, yearsExperience: Math.min(30, rounded(years, 0))};
}
