import type {Command} from "commander";
import {vi} from "vitest";
import {exitStatus, RebenchError} from "../../src/errors.js";
import type {Outcome} from "./rebench.js";

/** Runs a command in this process, with what it prints and its exit status as `main.ts` makes them. */
export async function inProcess(command: Command, args: readonly string[]): Promise<Outcome> {
  const written = {stdout: "", stderr: ""};
  const spies = (["stdout", "stderr"] as const).map((stream) =>
    vi.spyOn(process[stream], "write").mockImplementation((chunk) => {
      written[stream] += String(chunk);
      return true;
    }),
  );
  for (const one of [command, ...command.commands]) one.exitOverride();
  process.exitCode = 0;
  try {
    await command.parseAsync([...args], {from: "user"});
    return {status: Number(process.exitCode), ...written};
  } catch (error) {
    if (!(error instanceof RebenchError)) throw error;
    return {status: exitStatus(error), stdout: written.stdout, stderr: `${written.stderr}error: ${error.message}\n`};
  } finally {
    process.exitCode = 0;
    for (const spy of spies) spy.mockRestore();
  }
}
