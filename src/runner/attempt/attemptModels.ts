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
import type {StandStill} from "./standStill.js";

const PROVIDER: readonly PauseReason[] = ["upstream-429", "upstream-5xx", "upstream-connection"];

/** For how long the clock has stood for providers, over all lives of an attempt; time shared with an earlier reason is not theirs. */
const providerSeconds = (entries: readonly JournalEntry[]): number =>
  entries.reduce((sum, entry) => sum + (entry.type === "resumed" && PROVIDER.includes(entry.reason) ? entry.pausedSeconds : 0), 0);

/**
 * When an attempt stands still for the sake of providers, those of its own models and of the task's: with a cap over all its lives.
 *
 * @param isOver Whether its work is over: then nothing moves any more, nor does the clock.
 */
export function providerPauses({entries}: Journal, still: StandStill, isOver: () => boolean): PauseBook {
  return createPauseBook({
    clock: systemClock,
    mostSeconds: MOST_PAUSE_SECONDS - providerSeconds(entries),
    async onPause(reason) {
      if (!isOver()) await still.hold(reason);
    },
    async onResume() {
      const before = providerSeconds(entries);
      for (const reason of PROVIDER) await still.release(reason);
      return providerSeconds(entries) - before;
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
    onLimit: (limit) => end({reason: reasonOf(limit), detail: spentText(limit)}),
    onServiceUnanswered: (error) => end({reason: "cut-off", error}),
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

const spentText = ({kind, used, limit}: SpentLimit) =>
  `the model that is part of the task: ${kind === "tokens" ? `${used} of ${limit} tokens` : `$${used.toFixed(4)} of $${limit}`}`;

const reasonOf = ({kind}: SpentLimit): "token-limit" | "cost-limit" => (kind === "tokens" ? "token-limit" : "cost-limit");
