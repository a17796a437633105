import type {Random} from "../random.js";
import type {Slot} from "./design.js";
import {between, chance, logistic, lognormal, normal} from "./distributions.js";
import {model} from "./model.js";

/** How an attempt goes: the level it ends at (normalized), at which share of its time the climb begins, and how that bends. */
export type Course = {level: number; onset: number; shape: number; everValid: boolean};

/** Draws the course of the attempt in `slot`; agents have no person effect, 0. See {@link model}. */
export function drawCourse(slot: Slot, personEffect: number, random: Random): Course {
  const {progress, reach, location} = slot.kind === "human" ? chancesOfHuman(slot, personEffect) : chancesOfAgent(slot);
  const {median, spread} = model.onset[slot.kind];
  const course = {onset: Math.min(0.9, lognormal(random, median, spread)), shape: model.shape[slot.kind]};
  if (chance(random, progress)) {
    return {...course, level: reach * logistic(location + model.spread[slot.kind] * normal(random)), everValid: true};
  }
  const {depth} = model.environments[slot.environment];
  return {...course, level: chance(random, model.atStart) ? 0 : -between(random, 0, depth), everValid: !chance(random, model.neverValid)};
}

/** s(u): the normalized score of what exists at share `u` of the working time. */
export function levelAt({level, onset, shape}: Course, u: number): number {
  return u <= onset ? 0 : level * ((u - onset) / (1 - onset)) ** shape;
}

type Chances = {progress: number; reach: number; location: number};

function chancesOfHuman({environment, cohort}: Slot & {kind: "human"}, personEffect: number): Chances {
  const {progress, reach, location} = model.environments[environment].people;
  return {progress, reach, location: location + model.cohorts[cohort].effect + personEffect};
}

function chancesOfAgent({environment, timeLimitSeconds, scaffold, model: name}: Slot & {kind: "agent"}): Chances {
  const {progress, reach, location} = model.environments[environment].agents;
  const {skill, gain, persistence} = model.agents[`${scaffold} (${name})`];
  const halfHours = timeLimitSeconds / 1800;
  return {
    progress: 1 - (1 - progress) ** (persistence * halfHours ** model.persistenceExponent),
    reach,
    location: location + skill + gain * Math.log2(halfHours),
  };
}
