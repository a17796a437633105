import {spawn} from "node:child_process";
import {RebenchError} from "../errors.js";
import type {AgentContext} from "../runner/agents/agent.js";
import {greeting} from "../runner/agents/human.js";

/** Opens a shell inside at this terminal, and waits until it is closed or the attempt is over. */
export async function interactAtTerminal({sandbox, environment, signal, saved}: AgentContext): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new RebenchError("usage", {problem: "--agent human needs a terminal", hint: "Run it at one, or choose another agent."});
  }
  process.stdout.write(greeting(environment.title, saved !== null));
  const [program, ...args] = sandbox.commandLine(["/bin/bash", "-i"]);
  const shell = spawn(program!, args, {stdio: "inherit"});
  const end = () => shell.kill("SIGHUP");
  signal.addEventListener("abort", end);
  await new Promise<void>((resolve, reject) => {
    shell.on("error", reject);
    shell.on("close", () => resolve());
  });
  signal.removeEventListener("abort", end);
}
