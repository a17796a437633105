import {RebenchError} from "../../../errors.js";
import type {AgentContext} from "../agent.js";
import {describeScore} from "../describeScore.js";
import {limitOutput, shown} from "./limitOutput.js";
import type {ModularState} from "./modularState.js";
import type {ParsedAction} from "./parseAction.js";
import {runPython} from "./pythonSession.js";

/** Longer scripts do not fit into an argument of a program (128 KiB on Linux). */
const MOST_ARGUMENT_BYTES = 100_000;

/** Does what the model wants. @returns What the model is told. Changes `state` where the action does. */
export async function runAction(action: ParsedAction, context: AgentContext, state: ModularState): Promise<string> {
  if ("problem" in action) return action.problem;
  switch (action.tool) {
    case "bash":
      return limitOutput(context, await runBash(action.code, context, state), state.turns);
    case "python":
      return limitOutput(context, await runPython(action.code, context, state), state.turns);
    case "time_limit":
      state.commandSeconds = action.seconds;
      return `bash and python may now run for ${action.seconds} seconds.`;
    case "score":
      return score(context);
    case "score_log":
      return scoreLog(context);
    case "submit":
      await context.submit();
      return "Submitted.";
  }
}

async function runBash(code: string, context: AgentContext, {commandSeconds}: ModularState): Promise<string> {
  const isLong = Buffer.byteLength(code) > MOST_ARGUMENT_BYTES;
  const command = ["bash", "-c", isLong ? 'eval "$(cat)"' : code];
  const stdin = isLong ? Buffer.from(code) : undefined;
  const result = await context.exec(command, {timeoutSeconds: commandSeconds, signal: context.signal, stdin});
  return [...shown(result.output), ...howItEnded(result, commandSeconds)].join("\n");
}

/** Nothing for a program that ended well. */
function howItEnded(
  {timedOut, exitCode, signal}: {timedOut: boolean; exitCode: number | null; signal: string | null},
  seconds: number,
): string[] {
  if (timedOut) return [`[Stopped after ${seconds} s, the time limit of commands. Raise it with time_limit, or use nohup … & .]`];
  if (exitCode === null) return [`[ended by ${signal ?? "a signal"}]`];
  return exitCode === 0 ? [] : [`[exit status ${exitCode}]`];
}

async function score({score: ask, environment}: AgentContext): Promise<string> {
  try {
    return describeScore(await ask(), environment);
  } catch (error) {
    if (error instanceof RebenchError && (error.code === "scorer-broken" || error.code === "too-late")) return error.message;
    throw error;
  }
}

function scoreLog({scoreLog: answers, environment}: AgentContext): string {
  const lines = answers().map(
    (answer, i) => `${i + 1}. after ${Math.round(answer.workingSeconds)} s: ${describeScore(answer, environment)}`,
  );
  return lines.length === 0 ? "Nothing was scored yet." : lines.join("\n");
}
