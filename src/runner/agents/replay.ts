import * as z from "zod";
import {RebenchError} from "../../errors.js";
import type {Agent, AgentContext} from "./agent.js";
import type {ReplayAction} from "./replay/parseReplay.js";
import {writeInside} from "./workspaceFiles.js";

/** How often the clock is looked at while an action's time has not come. */
const LOOK_MILLISECONDS = 100;

const stateSchema = z.strictObject({version: z.literal(1), next: z.int().nonnegative()});

/**
 * Does again what was done before, at the working times at which it was done, or as fast as it goes.
 *
 * Taken up again it goes on with the action that was in flight; a score that the runner had accepted is not asked for twice.
 */
export const replayAgent = (actions: readonly ReplayAction[], pace: "recorded" | "fast"): Agent => ({
  name: "replay",
  participant: {scaffold: "replay", model: null},
  models: [],
  run: (context) => run(context, actions, pace),
});

async function run(context: AgentContext, actions: readonly ReplayAction[], pace: "recorded" | "fast"): Promise<void> {
  const saved = stateSchema.safeParse(context.saved);
  for (let next = saved.success ? saved.data.next : 0; next < actions.length; ++next) {
    const action = actions[next]!;
    if (pace === "recorded") await untilTime(action.atWorkingSeconds, context);
    if (context.signal.aborted) return;
    const isDone = action.action === "score" && context.scoreLog().length > scoresBefore(actions, next);
    if (!isDone) await act(action, context);
    if (context.signal.aborted || action.action === "submit") return;
    await context.save({version: 1, next: next + 1});
  }
}

const scoresBefore = (actions: readonly ReplayAction[], next: number): number =>
  actions.slice(0, next).filter(({action}) => action === "score").length;

/** Working time stands in pauses, so it is looked at again and again. */
async function untilTime(atWorkingSeconds: number, {progress, signal}: AgentContext): Promise<void> {
  while (!signal.aborted) {
    const left = atWorkingSeconds - progress().workingSeconds;
    if (left <= 0) return;
    await new Promise((resolve) => setTimeout(resolve, Math.min(LOOK_MILLISECONDS, 1000 * left)));
  }
}

async function act(action: ReplayAction, context: AgentContext): Promise<void> {
  try {
    await doOnce(action, context);
  } catch (error) {
    if (context.signal.aborted) return;
    const isScore = action.action === "score" && error instanceof RebenchError && error.code === "scorer-broken";
    if (!isScore) throw error;
    context.log(error.message);
  }
}

async function doOnce(action: ReplayAction, context: AgentContext): Promise<void> {
  if (action.action === "score") await context.score();
  else if (action.action === "submit") await context.submit();
  else if (action.action === "write") await write(action, context);
  else await execute(action, context);
}

async function write({path, content, contentBase64}: Extract<ReplayAction, {action: "write"}>, context: AgentContext): Promise<void> {
  const bytes = contentBase64 === undefined ? (content ?? "") : Buffer.from(contentBase64, "base64");
  if (!(await writeInside(context, path, bytes))) context.log(`${path} could not be written.`);
}

async function execute(action: Extract<ReplayAction, {action: "exec"}>, {exec, signal}: AgentContext): Promise<void> {
  const {command, timeoutSeconds, stdinBase64, environment, cwd} = action;
  const stdin = stdinBase64 === undefined ? undefined : Buffer.from(stdinBase64, "base64");
  const words = typeof command === "string" ? ["bash", "-c", command] : command;
  await exec(words, {timeoutSeconds, signal, stdin, environment, cwd});
}
