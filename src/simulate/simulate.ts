import {type Catalogue, findEnvironment, readCatalogue} from "../environment/catalogue.js";
import type {Environment} from "../environment/environment.js";
import {applyScoreRule} from "../environment/scoreRule.js";
import {RebenchError} from "../errors.js";
import {type Random, randomStream} from "../random.js";
import {type Attempt, type Participant, RECORD_VERSION, type ScoreLogEntry} from "../record/attempt.js";
import {agentSlots, humanSlots, type Slot} from "./design.js";
import {chance} from "./distributions.js";
import {drawCourse} from "./drawCourse.js";
import {drawEnding} from "./drawEnding.js";
import {drawPauses} from "./drawPauses.js";
import {drawPerson, type Person} from "./drawPerson.js";
import {drawScoreLog} from "./drawScoreLog.js";
import {drawUsage} from "./drawUsage.js";
import {thin} from "./thin.js";

export type SimulateOptions = {
  /** An integer; part of every id. Same seed, same records. */
  seed: number;
  /** How many attempts; the 71 people come once and first, agents' attempts repeat as often as needed. Default: people and agents once. */
  attempts?: number;
  /** Longest score log; a longer one keeps the entry that the attempt counts with and others evenly spaced. Default: all entries. */
  maxLogEntries?: number;
  /** Where the environments' constants and rules come from. Default: the bundled ones. */
  catalogue?: Catalogue;
};

/**
 * Synthetic attempts, one at a time, in a fixed order: people, then agents. The model is documented in `model.ts`.
 *
 * Each attempt is drawn from a stream of its own, derived from seed and number, and each person from another: an attempt is
 * the same whichever others are drawn. Every record says `"synthetic": true` in its `sourceFields`.
 *
 * @throws RebenchError `usage` for options that are not such integers.
 */
export function* simulate({seed, attempts, maxLogEntries = Infinity, catalogue = readCatalogue()}: SimulateOptions): Generator<Attempt> {
  requireInteger("seed", seed, Number.MIN_SAFE_INTEGER);
  if (attempts !== undefined) requireInteger("attempts", attempts, 0);
  if (maxLogEntries !== Infinity) requireInteger("maxLogEntries", maxLogEntries, 1);
  let number = 0;
  for (const slot of slots(attempts)) {
    const environment = findEnvironment(catalogue, slot.environment);
    yield drawAttempt(slot, {seed, number: ++number, environment, maxLogEntries});
  }
}

function* slots(attempts: number | undefined): Generator<Slot> {
  const [people, agents] = [humanSlots(), agentSlots()];
  const total = attempts ?? people.length + agents.length;
  for (let i = 0; i < total; ++i) yield people[i] ?? agents[(i - people.length) % agents.length]!;
}

function drawAttempt(
  slot: Slot,
  {seed, number, environment, maxLogEntries}: {seed: number; number: number; environment: Environment; maxLogEntries: number},
): Attempt {
  const random = randomStream("simulate", seed, number);
  const person = slot.kind === "human" ? drawPerson(seed, slot.person, slot.cohort) : null;
  const constants = constantsOf(environment);
  const ending = drawEnding(slot, random);
  const course = drawCourse(slot, person?.effect ?? 0, random);
  const log = drawScoreLog(slot, {course, ending, constants, random});
  const finalScore = applyScoreRule(
    environment.scoreRule,
    log.map(({score}) => score),
    environment.direction === "higher",
  );
  return {
    schemaVersion: RECORD_VERSION,
    id: `synthetic/${seed}/${String(number).padStart(4, "0")}`,
    participant: participantOf(slot, person),
    environment: environment.name,
    environmentVersion: environment.version,
    tier: "full",
    timeLimitSeconds: slot.timeLimitSeconds,
    timeLimitAssumed: false,
    workingSeconds: ending.workingSeconds,
    startedAt: null, // a synthetic attempt happened at no time
    endedAt: null,
    pauses: drawPauses(slot.kind, ending.workingSeconds, random),
    status: ending.status,
    endReason: ending.endReason,
    scoreScale: "raw",
    startingScore: constants.startingScore,
    referenceScore: constants.referenceScore,
    finalScore,
    finalScoreRule: environment.scoreRule,
    scoreLog: thin(log, {keep: entryOf(finalScore, log, environment.scoreRule), limit: maxLogEntries}),
    ...drawWork(slot, ending.workingSeconds, random),
    host: {gpu: "synthetic"},
    seed,
    transcript: null,
    sourceFields: {synthetic: true},
    flags: [],
    provenance: null,
  };
}

/** Index of the entry that gave the final score; while it is kept, the score rule gives the same on any part of the log. */
function entryOf(finalScore: number | null, log: readonly ScoreLogEntry[], rule: Environment["scoreRule"]): number {
  const isFinal = ({score}: ScoreLogEntry) => score === finalScore;
  return rule === "last" ? log.findLastIndex(isFinal) : log.findIndex(isFinal);
}

type Work = Pick<Attempt, "scoreMatchedExpectation" | "tokenUsage" | "generatingSeconds" | "actualCostUsd" | "nominalCostUsd">;

function drawWork(slot: Slot, workingSeconds: number, random: Random): Work {
  if (slot.kind === "agent") return {scoreMatchedExpectation: null, ...drawUsage(slot.model, workingSeconds, random)};
  const matched = chance(random, 0.7);
  return {scoreMatchedExpectation: matched, tokenUsage: null, generatingSeconds: null, actualCostUsd: null, nominalCostUsd: null};
}

function participantOf(slot: Slot, person: Person | null): Participant {
  if (slot.kind === "agent") return {kind: "agent", model: slot.model, scaffold: slot.scaffold, alias: null};
  return {kind: "human", person: slot.person, cohort: slot.cohort, yearsExperience: person?.yearsExperience ?? null};
}

function constantsOf({name, tiers}: Environment): {startingScore: number; referenceScore: number} {
  const constants = tiers.full?.constants[tiers.full.defaultConstants];
  if (constants) return constants;
  throw new RebenchError("invalid-environment", {
    problem: `environment "${name}" has no constants for tier full`,
    hint: "Add tiers.full to its environment.json.",
  });
}

function requireInteger(option: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new RebenchError("usage", {
    problem: `${option} must be an integer${least > 0 ? ` from ${least}` : ""}, got ${value}`,
    hint: "Try 1.",
  });
}
