import type {AgentContext} from "../agent.js";
import {shown} from "./limitOutput.js";
import type {ModularState} from "./modularState.js";

const SESSION = "modular";

/** What `guest/python_session.py` says where the session is gone. */
const SESSION_LOST = 3;

/** The interrupt itself takes at most 2 s and the start of an interpreter. */
const INTERRUPT_SECONDS = 60;

/** Longer code does not fit into an argument. What fits goes there, because then the transcript shows it. */
const MOST_ARGUMENT_BYTES = 60_000;

/** Runs code in the interpreter that keeps its variables; stopped at the time limit of commands it keeps them too, where it listens. */
export async function runPython(code: string, context: AgentContext, state: ModularState): Promise<string> {
  const {signal} = context;
  const again = state.hasPython ? ["--again"] : [];
  const isLong = Buffer.byteLength(code) > MOST_ARGUMENT_BYTES;
  const options = {timeoutSeconds: state.commandSeconds, signal, stdin: isLong ? Buffer.from(code) : undefined};
  state.hasPython = true;
  const result = await context.exec(["python-session", "run", SESSION, ...again, ...(isLong ? [] : ["--code", code])], options);
  if (result.exitCode === SESSION_LOST) state.hasPython = false; // it was said; the next is a new one
  if (!result.timedOut) return shown(result.output).join("\n");
  const stopped = await context.exec(["python-session", "interrupt", SESSION], {timeoutSeconds: INTERRUPT_SECONDS, signal});
  if (stopped.exitCode === SESSION_LOST) state.hasPython = false;
  const limit = `[Stopped after ${state.commandSeconds} s, the time limit of commands. Raise it with time_limit.]`;
  return [...shown(result.output), limit, stopped.output.trim()].join("\n");
}
