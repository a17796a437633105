import {cpSync, existsSync} from "node:fs";
import {join} from "node:path";
import {RebenchError} from "../../errors.js";
import {pythonEnvironment} from "../host/pythonEnvironment.js";
import {runProgram} from "../host/runProgram.js";
import type {SolutionFiles} from "../solutions/solutionArchive.js";
import {writeSolution} from "./solutions.js";

/** A solution that has to compute its submission first brings a script of this name; see environments/README.md. */
export const SOLVE_SCRIPT = "solve.py";

/** Lays a solution of ours over the starting files, and runs its script where it has one. */
export async function solveTrusted(
  {python, start, visible, timeoutSeconds}: {python: string; start: string; visible: string; timeoutSeconds: number},
  files: SolutionFiles,
  workspace: string,
): Promise<void> {
  cpSync(start, workspace, {recursive: true});
  writeSolution(files, workspace);
  if (!existsSync(join(workspace, SOLVE_SCRIPT))) return;
  const {status, stderr} = await runProgram(python, ["-B", SOLVE_SCRIPT, "--data", visible], {
    cwd: workspace,
    timeoutSeconds,
    environment: pythonEnvironment(),
  });
  if (status === 0) return;
  const why = status === null ? `it was not done after ${timeoutSeconds} s` : (stderr.trim().split("\n").at(-1) ?? `status ${status}`);
  throw new RebenchError("invalid-environment", {
    problem: `the solution's ${SOLVE_SCRIPT} failed: ${why}`,
    hint: "Run it by hand after: rebench environments unlock",
  });
}
