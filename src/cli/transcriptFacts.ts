import {readFileSync} from "node:fs";
import {join} from "node:path";
import {formatDuration} from "../duration.js";
import {type AttemptPlan, attemptPlanSchema} from "../runner/attempt/attemptPlan.js";
import {harmlessLine} from "../runner/transcript/harmlessText.js";
import {clockText} from "../runner/transcript/shownText.js";
import type {TranscriptSummary} from "../runner/transcript/summarizeTranscript.js";
import {usdText} from "./terminal.js";

/** What was planned; null where that is not beside the transcript, or is of another version. */
export function planBeside(folder: string): AttemptPlan | null {
  try {
    return attemptPlanSchema.parse(JSON.parse(readFileSync(join(folder, "attempt.json"), "utf8")));
  } catch {
    return null;
  }
}

/** What stands above a transcript: names and values, harmless. */
export function transcriptFacts(plan: AttemptPlan | null, summary: TranscriptSummary): [name: string, value: string][] {
  const {calls, commands, costUsd, workingSeconds, startedAt, endReason, scores} = summary;
  const facts: [string, string | null][] = [
    ["environment", plan && `${plan.environment}, ${plan.tier}`],
    ["agent", plan?.agent ?? null],
    ["time limit", plan && formatDuration(plan.timeLimitSeconds)],
    ["started", startedAt],
    ["worked", clockText(workingSeconds)],
    ["ended", endReason],
    ["calls to models", String(calls)],
    ["cost", costUsd === null ? "not known" : usdText(costUsd)],
    ["commands", String(commands)],
    ["scores", String(scores.length)],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [[name, harmlessLine(value)]]));
}
