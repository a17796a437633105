import {RebenchError} from "../../errors.js";
import type {ModelAnswer} from "../gateway/model.js";
import type {Agent, AgentContext} from "./agent.js";
import {AgentFailure} from "./agentFailure.js";
import {askWithin} from "./askWithin.js";
import {isCut} from "./isCut.js";
import {type ModularState, modularStateSchema} from "./modular/modularState.js";
import {parseAction} from "./modular/parseAction.js";
import {DEFAULT_COMMAND_SECONDS, LOST_RESULT, RESUMED_NOTICE, SYSTEM_PROMPT, statusLine, taskPrompt} from "./modular/prompts.js";
import {runAction} from "./modular/runAction.js";
import {estimateTokens, messagesToSend, trimHistory} from "./modular/trimHistory.js";
import type {ModularSpec} from "./parseAgentSpec.js";

/** The share of the context window that a history may fill. */
const HISTORY_SHARE = 0.75;

/** Answers without an action, in a row, after which nothing more is to be expected. */
const MOST_UNREADABLE = 30;

/** Bounds of the calibration: a count beyond them is an error of the server's. */
const [LEAST_CALIBRATION, MOST_CALIBRATION] = [0.25, 4];

/**
 * The plain loop: build the prompt, sample one action, run it, append the result.
 *
 * State is saved when an answer has come and when it was acted on, so that after a crash nothing is run twice: an action in flight then is
 * reported as interrupted.
 *
 * @see re-bench's paper, arXiv 2411.15114, on the modular scaffold.
 */
export const modularAgent = (spec: ModularSpec): Agent => ({
  name: "modular",
  participant: {scaffold: "Modular", model: spec.model},
  models: [spec.model],
  run: (context) => run(context, spec),
});

async function run(context: AgentContext, spec: ModularSpec): Promise<void> {
  const state = begin(context);
  if (state.isActing && !(await act(context, state, true))) return;
  while (!context.signal.aborted) {
    const answer = await sample(context, spec, state);
    if (answer === null) return;
    state.messages.push({role: "assistant", content: answer.text.trim() === "" ? "(an empty answer)" : answer.text});
    Object.assign(state, {turns: state.turns + 1, isCut: isCut(answer), isActing: true});
    await context.save(state);
    if (!(await act(context, state, false))) return;
  }
}

/** Does what the last answer wants, and appends what came of it. @returns Whether there is more to do. */
async function act(context: AgentContext, state: ModularState, isInterrupted: boolean): Promise<boolean> {
  const action = parseAction(state.messages.at(-1)!.content, state.isCut);
  const isLost = isInterrupted && "code" in action; // what else there is may be done twice
  const said = isLost ? LOST_RESULT : await unlessAborted(context, () => runAction(action, context, state));
  if (said === null || ("tool" in action && action.tool === "submit")) return false;
  const {line, nudges} = statusLine(context.progress(), state.nudges);
  const parts = [said, ...(isInterrupted ? [RESUMED_NOTICE] : []), line];
  state.messages.push({role: "user", content: parts.join("\n\n")});
  Object.assign(state, {nudges, isActing: false, unreadable: "problem" in action ? state.unreadable + 1 : 0});
  await context.save(state);
  if (state.unreadable >= MOST_UNREADABLE) throw new AgentFailure(`no action was found in ${MOST_UNREADABLE} answers in a row`);
  return true;
}

/** A new history, or the one that was saved with a notice at its end. */
function begin(context: AgentContext): ModularState {
  const saved = modularStateSchema.safeParse(context.saved);
  if (!saved.success) {
    if (context.saved != null) context.log("What was saved of this agent cannot be read: it begins anew.");
    return newState(context.instructions);
  }
  const state = saved.data;
  const last = state.messages.at(-1)!;
  if (state.isActing || last.content.includes(RESUMED_NOTICE)) return state;
  state.messages[state.messages.length - 1] = {...last, content: `${last.content}\n\n${RESUMED_NOTICE}`};
  return state;
}

const newState = (instructions: string): ModularState => ({
  version: 1,
  messages: [
    {role: "system", content: SYSTEM_PROMPT},
    {role: "user", content: taskPrompt(instructions)},
  ],
  dropped: 0,
  turns: 0,
  commandSeconds: DEFAULT_COMMAND_SECONDS,
  calibration: 1,
  nudges: 0,
  hasPython: false,
  isActing: false,
  isCut: false,
  unreadable: 0,
});

/** The model's answer to a history that fits; null where the attempt is over or its budget is spent. A history that the server finds too long is trimmed further. */
async function sample(context: AgentContext, spec: ModularSpec, state: ModularState): Promise<ModelAnswer | null> {
  const {model, temperature, maxOutputTokens, contextTokens} = spec;
  for (let tries = 0; ; ++tries) {
    const limit = Math.min(HISTORY_SHARE * contextTokens, contextTokens - maxOutputTokens);
    const trimmed = trimHistory(state, limit, state.calibration);
    Object.assign(state, {messages: [...trimmed.messages], dropped: trimmed.dropped});
    const messages = messagesToSend(state);
    try {
      const answer = await askWithin(context, {model, temperature, maxOutputTokens, messages});
      if (answer !== null) calibrate(state, answer, estimateTokens(messages, 1));
      return answer;
    } catch (error) {
      const mayBeTooLong = error instanceof RebenchError && error.code === "model-request-refused" && state.messages.length > 4;
      if (!mayBeTooLong || tries === 3) throw error;
      const share = estimateTokens(messages, state.calibration) / limit;
      state.calibration = (state.calibration / Math.min(1, share)) * 1.5; // as if what was refused had filled the window one and a half times
    }
  }
}

function calibrate(state: ModularState, {call: {usage}}: ModelAnswer, estimated: number): void {
  if (usage.input === null) return;
  const counted = usage.input + (usage.cacheRead ?? 0) + (usage.cacheWrite ?? 0);
  if (counted > 0) state.calibration = Math.min(MOST_CALIBRATION, Math.max(LEAST_CALIBRATION, counted / estimated));
}

/** Null where the attempt ended meanwhile: what then goes wrong is no failure. */
async function unlessAborted<T>({signal}: AgentContext, work: () => Promise<T>): Promise<T | null> {
  try {
    const result = await work();
    return signal.aborted ? null : result;
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}
