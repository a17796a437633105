import {readFileSync} from "node:fs";
import {join} from "node:path";
import * as z from "zod";
import {formatDuration} from "../duration.js";
import {attemptPlanSchema} from "../runner/attempt/attemptPlan.js";
import {harmlessLine} from "../runner/transcript/harmlessText.js";
import {clockText} from "../runner/transcript/shownText.js";
import type {TranscriptSummary} from "../runner/transcript/summarizeTranscript.js";
import {usdText} from "./terminal.js";

const {environment, tier, agent, timeLimitSeconds, startingScore, referenceScore} = attemptPlanSchema.shape;
const knownPlanSchema = z.object({environment, tier, agent, timeLimitSeconds, startingScore, referenceScore});

/** What is shown of a plan, of whatever version it is. */
export type KnownPlan = z.infer<typeof knownPlanSchema>;

/** What was planned; null where that is not beside the transcript. */
export function planBeside(folder: string): KnownPlan | null {
  try {
    return knownPlanSchema.parse(JSON.parse(readFileSync(join(folder, "attempt.json"), "utf8")));
  } catch {
    return null;
  }
}

/** What stands above a transcript: names and values, harmless. */
export function transcriptFacts(plan: KnownPlan | null, summary: TranscriptSummary): [name: string, value: string][] {
  const {calls, commands, costUsd, workingSeconds, startedAt, endReason, scores} = summary;
  const facts: [string, string | null][] = [
    ["environment", plan && `${plan.environment}, ${plan.tier}`],
    ["agent", plan?.agent ?? null],
    ["time limit", plan && formatDuration(plan.timeLimitSeconds)],
    ["started", startedAt && `${startedAt.slice(0, 19).replace("T", " ")} UTC`],
    ["worked", clockText(workingSeconds)],
    ["ended", endReason],
    ["calls to models", String(calls)],
    ["cost", costUsd === null ? "not known" : usdText(costUsd)],
    ["commands", String(commands)],
    ["scores", String(scores.length)],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [[name, harmlessLine(value)]]));
}
