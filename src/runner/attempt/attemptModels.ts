import {systemClock} from "../gateway/clock.js";
import type {GatewayCall} from "../gateway/lineOptions.js";
import type {SpentLimit} from "../gateway/meter.js";
import {createPauseBook, MOST_PAUSE_SECONDS, type PauseBook} from "../gateway/pauseBook.js";
import type {JournalEntry, PauseReason} from "../journal/event.js";
import type {Journal} from "../journal/journal.js";
import type {TranscriptWriter} from "../transcript/transcriptWriter.js";
import type {Ending} from "./attemptEnd.js";
import type {AttemptParts} from "./attemptParts.js";
import {type Models, openModels} from "./openModels.js";
import {openTaskModel, type TaskModel} from "./openTaskModel.js";
import {standingOf} from "./restore.js";

const PROVIDER: readonly PauseReason[] = ["upstream-429", "upstream-5xx", "upstream-connection"];

type Holding = {hold(reason: PauseReason): Promise<unknown>; release(reason: PauseReason): Promise<unknown>};

/** When an attempt stands still for the sake of providers, those of its own models and of the task's: with a cap over all its lives. */
export function providerPauses(entries: readonly JournalEntry[], {hold, release}: Holding): PauseBook {
  const pausedSeconds = entries.reduce(
    (sum, entry) => sum + (entry.type === "resumed" && PROVIDER.includes(entry.reason) ? entry.pausedSeconds : 0),
    0,
  );
  return createPauseBook({
    clock: systemClock,
    mostSeconds: MOST_PAUSE_SECONDS - pausedSeconds,
    async onPause(reason) {
      await hold(reason);
    },
    async onResume() {
      for (const reason of PROVIDER) await release(reason);
    },
  });
}

type Asking = {journal: Journal; book: PauseBook; random: () => number; end: (ending: Ending) => void};

/** What the participant may ask of models. */
export function modelsOf(
  {agent, upstreams, ...parts}: AttemptParts,
  {transcript, ...asking}: Asking & {transcript: TranscriptWriter},
): Models {
  const {journal, end} = asking;
  const {tokens, costUsd} = parts.plan.limits;
  return openModels({
    ...common(parts, asking),
    models: agent.models,
    upstreams,
    tokenLimit: tokens,
    costLimitUsd: costUsd,
    calls: standingOf(journal.entries).calls,
    onCall(call) {
      journal.append({type: "model-call", ...noted(call)});
      transcript.onCall(call);
    },
    onLimit: (limit) => end({reason: reasonOf(limit), detail: null}),
  });
}

/** What its task asks of the model that is part of it. */
export function taskModelOf({taskUpstream, ...parts}: AttemptParts, asking: Asking, folder: string): Promise<TaskModel> {
  const {journal, end} = asking;
  const {taskTokens, taskCostUsd} = parts.plan.limits;
  return openTaskModel({
    ...common(parts, asking),
    upstream: taskUpstream,
    tokenLimit: taskTokens,
    costLimitUsd: taskCostUsd,
    calls: standingOf(journal.entries).taskModelCalls,
    folder,
    onCall: (call, asker) => void journal.append({type: "task-model-call", asker, ...noted(call)}),
    onLimit: (limit) => end({reason: reasonOf(limit), detail: "of the model that is part of the task"}),
  });
}

const common = ({prices, plan, log}: Pick<AttemptParts, "prices" | "plan" | "log">, {book, random}: Asking) => ({
  ...{prices, book, random},
  day: plan.createdAt.slice(0, 10),
  onFault: (error: Error) => log(`the gateway: ${error.message}`),
});

const noted = ({usage, costUsd, usageKnown, chargedTokens, chargedUsd, seconds}: GatewayCall) => ({
  ...{usage, costUsd, usageKnown, chargedTokens, chargedUsd},
  generatingSeconds: seconds,
});

const reasonOf = ({kind}: SpentLimit): "token-limit" | "cost-limit" => (kind === "tokens" ? "token-limit" : "cost-limit");
