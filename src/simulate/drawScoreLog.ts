import type {Constants} from "../environment/environment.js";
import type {Random} from "../random.js";
import type {ScoreLogEntry} from "../record/attempt.js";
import type {Slot} from "./design.js";
import {arrivals, chance, exponential, rounded} from "./distributions.js";
import {type Course, levelAt} from "./drawCourse.js";
import type {Ending} from "./drawEnding.js";
import {model} from "./model.js";

const INVALID = ["time limit of the scorer exceeded", "no submission found", "the submission could not be loaded", "wrong result"];

/** The scoring calls of an attempt that goes like `course`, with raw scores (5 decimals) at whole seconds. See {@link model}. */
export function drawScoreLog(slot: Slot, {course, ending, constants, random}: Given): ScoreLogEntry[] {
  const perHour = slot.kind === "human" ? model.callsPerHour.human : model.callsPerHour[slot.scaffold];
  const times = arrivals(random, {perHour, untilSeconds: ending.plannedSeconds}).slice(0, -1);
  return [...times, ending.plannedSeconds]
    .map((time) => ({workingSeconds: Math.floor(time), ...drawScore(slot, course, time / ending.plannedSeconds, random)}))
    .filter(({workingSeconds}) => workingSeconds <= ending.workingSeconds)
    .map(({workingSeconds, score, message}) => ({workingSeconds, score: score === null ? null : raw(score, constants), message}));
}

type Given = {course: Course; ending: Ending; constants: Constants; random: Random};

function drawScore({kind, environment}: Slot, course: Course, u: number, random: Random): {score: number | null; message: string | null} {
  if (chance(random, model.invalid[kind]) || !course.everValid) return {score: null, message: INVALID[random.below(INVALID.length)]!};
  const level = levelAt(course, u);
  if (!chance(random, model.setback[kind])) return {score: level, message: null};
  return {score: Math.max(level - exponential(random, model.meanSetback), -model.environments[environment].depth), message: null};
}

/** The starting score stays what it is to the last digit, so that a score of 0 comes back as 0. */
const raw = (score: number, {startingScore, referenceScore}: Constants): number =>
  score === 0 ? startingScore : rounded(startingScore + score * (referenceScore - startingScore), 5);
