import type {Environment} from "../../environment/environment.js";
import {applyScoreRule} from "../../environment/scoreRule.js";
import {type Attempt, attemptSchema, RECORD_VERSION} from "../../record/attempt.js";
import {tokensOf} from "../gateway/meter.js";
import type {TokenUsage} from "../gateway/model.js";
import type {JournalEntry} from "../journal/event.js";
import type {AttemptPlan} from "./attemptPlan.js";
import {FINAL_REQUEST} from "./finalRequest.js";

type Scored = Extract<JournalEntry, {type: "scored"}>;

export type RecordParts = {
  plan: AttemptPlan;
  environment: Environment;
  participant: Attempt["participant"];
  entries: readonly JournalEntry[];
  host: Record<string, string | number | boolean | null>;
};

/**
 * The run record of an attempt that has ended, from its plan and journal alone: made again it is the same.
 *
 * Raw scores. The final score is the best, last or first valid one by the environment's rule; where the best submission was measured
 * again at the end, that measurement (`remeasured`), with all others in the score log.
 */
export function attemptRecord({plan, environment, participant, entries, host}: RecordParts): Attempt {
  const ended = entries.findLast((entry) => entry.type === "ended");
  const scored = entries.filter((entry): entry is Scored => entry.type === "scored");
  const log = scored.filter(({remeasured}) => !remeasured).sort((a, b) => a.askedAtSeconds - b.askedAtSeconds || a.sequence - b.sequence);
  const again = scored.findLast(({remeasured, score}) => remeasured && score !== null);
  const byRule = applyScoreRule(
    environment.scoreRule,
    log.map(({score}) => score),
    environment.direction === "higher",
  );
  const calls = entries.filter((entry) => entry.type === "model-call");
  return attemptSchema.parse({
    schemaVersion: RECORD_VERSION,
    id: plan.id,
    participant,
    environment: plan.environment,
    environmentVersion: plan.environmentVersion,
    tier: plan.tier,
    timeLimitSeconds: plan.timeLimitSeconds,
    workingSeconds: Math.min(entries.at(-1)?.workingSeconds ?? 0, plan.timeLimitSeconds),
    startedAt: entries.find(({type}) => type === "started")?.time ?? plan.createdAt,
    endedAt: ended?.time ?? null,
    pauses: pausesOf(entries, plan.timeLimitSeconds),
    status: isLost(ended, scored) ? "error" : "finished",
    endReason: ended?.type === "ended" ? ended.reason : null,
    scoreScale: "raw",
    startingScore: plan.startingScore,
    referenceScore: plan.referenceScore,
    finalScore: again?.score ?? byRule,
    finalScoreRule: again === undefined ? environment.scoreRule : "remeasured",
    scoreLog: log.map(({askedAtSeconds, score, reason, repeat}) => ({
      workingSeconds: askedAtSeconds,
      score,
      message: [reason, ...(repeat ? ["repeat"] : [])].filter((text) => text !== "").join("; ") || null,
    })),
    tokenUsage: participant.kind === "human" ? null : usageOf(calls.map(({usage}) => usage)),
    generatingSeconds: participant.kind === "human" ? null : calls.reduce((sum, {generatingSeconds}) => sum + generatingSeconds, 0),
    nominalCostUsd: participant.kind === "human" ? null : costOf(calls),
    host,
    seed: plan.seed,
    transcript: "transcript.jsonl",
    sourceFields: sourceFieldsOf(plan, entries, again, byRule),
  });
}

/** What has no place of its own in a record and a reader should find. */
function sourceFieldsOf(plan: AttemptPlan, entries: readonly JournalEntry[], again: Scored | undefined, byRule: number | null) {
  const started = entries.find((entry) => entry.type === "started");
  const mechanism = started?.type === "started" ? started.mechanism : {};
  return {
    agent: plan.agent,
    network: plan.network,
    constants: plan.constants,
    ...(plan.synthetic ? {syntheticData: true} : {}),
    ...Object.fromEntries(Object.entries(mechanism).map(([name, value]) => [`mechanism.${name}`, value])),
    ...(again === undefined ? {} : {scoreBeforeRemeasuring: byRule}),
    ...taskModelFields(plan, entries),
    modelCallsWithoutUsage: entries.filter((entry) => entry.type === "model-call" && !entry.usageKnown).length,
    scoringFailures: entries.filter(({type}) => type === "scoring-failed").length,
    resumptions: entries.filter(({type}) => type === "started").length - 1,
  };
}

/** What the model that is part of the task was asked. No part of what its participant used: a person's attempt has it as well. */
function taskModelFields({taskModel}: AttemptPlan, entries: readonly JournalEntry[]) {
  if (taskModel === null) return {};
  const calls = entries.filter((entry) => entry.type === "task-model-call");
  const ofScorer = calls.filter(({asker}) => asker === "scorer");
  return {
    taskModel,
    taskModelCalls: calls.length,
    taskModelTokens: calls.reduce((sum, {usage}) => sum + tokensOf(usage), 0),
    taskModelCostUsd: costOf(calls),
    taskModelScoringCostUsd: costOf(ofScorer),
    taskModelCallsWithoutUsage: calls.filter(({usageKnown}) => !usageKnown).length,
  };
}

/** At list price; null where one has none. */
const costOf = (calls: readonly {costUsd: number | null}[]): number | null =>
  calls.some(({costUsd}) => costUsd === null) ? null : calls.reduce((sum, {costUsd}) => sum + costUsd!, 0);

/** Lost through a fault of ours: the runner's or the sandbox's, or the scorer did not get to what was there at the end. */
function isLost(ended: JournalEntry | undefined, scored: readonly Scored[]): boolean {
  if (ended?.type !== "ended") return true;
  return ended.reason === "runner-error" || ended.reason === "sandbox-lost" || !scored.some(({requestId}) => requestId === FINAL_REQUEST);
}

/** Each pause, by the working time at which it was: the clock stood. */
function pausesOf(entries: readonly JournalEntry[], timeLimitSeconds: number): NonNullable<Attempt["pauses"]> {
  return entries.flatMap((entry) => {
    if (entry.type !== "resumed") return [];
    const {workingSeconds, pausedSeconds, reason} = entry;
    return [{atWorkingSeconds: Math.min(workingSeconds, timeLimitSeconds), seconds: round(pausedSeconds), reason}];
  });
}

const KINDS = ["input", "output", "cacheRead", "cacheWrite", "reasoning"] as const;

/** Tokens by model, a kind that no call knows null. */
function usageOf(calls: readonly TokenUsage[]): TokenUsage[] {
  const models = [...new Set(calls.map(({model}) => model))].sort();
  return models.map((model) => {
    const own = calls.filter((call) => call.model === model);
    const totals = KINDS.map((kind) => {
      const known = own.flatMap((call) => (call[kind] === null ? [] : [call[kind]]));
      return [kind, known.length === 0 ? null : known.reduce((sum, tokens) => sum + tokens, 0)];
    });
    return {model, ...(Object.fromEntries(totals) as Omit<TokenUsage, "model">)};
  });
}

const round = (seconds: number) => Math.round(seconds * 1000) / 1000;
