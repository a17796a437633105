import type {Random} from "../random.js";
import type {Attempt} from "../record/attempt.js";
import {arrivals, exponential} from "./distributions.js";

type Pause = NonNullable<Attempt["pauses"]>[number];

/** Per hour of working time; durations are exponential, and at least 1 s. */
const PAUSES = {
  human: {perHour: 0.25, meanSeconds: 1500, reason: "break"},
  agent: {perHour: 0.3, meanSeconds: 90, reason: "api-retry"},
};

/** Breaks of people, and waits of agents until a model's API answered again, over the working time. */
export function drawPauses(kind: "human" | "agent", workingSeconds: number, random: Random): Pause[] {
  const {perHour, meanSeconds, reason} = PAUSES[kind];
  return arrivals(random, {perHour, untilSeconds: workingSeconds}).map((time) => ({
    atWorkingSeconds: Math.floor(time),
    seconds: Math.max(1, Math.round(exponential(random, meanSeconds))),
    reason,
  }));
}
