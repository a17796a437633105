import {cpSync, existsSync} from "node:fs";
import {join} from "node:path";
import {RebenchError} from "../../errors.js";
import {pythonEnvironment} from "../host/pythonEnvironment.js";
import {runProgram} from "../host/runProgram.js";
import {taskModelVariables} from "../host/taskModel.js";
import type {SolutionFiles} from "../solutions/solutionArchive.js";
import {writeSolution} from "./solutions.js";

/** A solution that has to compute its submission first brings a program of this name; see environments/README.md. */
export const SUBMISSION_PROGRAM = "make_submission.py";

export type SubmissionParts = {
  python: string;
  start: string;
  visible: string;
  timeoutSeconds: number;
  /** The command of the environment's service, which stands in for `service` in a sandbox; null where it has none. */
  service: readonly string[] | null;
};

/** With the model that is part of the task: the service has them from the program that starts it, which is ours. */
const serviceVariables = (service: readonly string[]) => ({
  REBENCH_SERVICE: JSON.stringify(service),
  ...taskModelVariables(process.env),
});

/** Lays a solution of ours over the starting files, and runs its program where it has one. */
export async function makeSubmission(
  {python, start, visible, timeoutSeconds, service}: SubmissionParts,
  files: SolutionFiles,
  workspace: string,
): Promise<void> {
  cpSync(start, workspace, {recursive: true});
  writeSolution(files, workspace);
  if (!existsSync(join(workspace, SUBMISSION_PROGRAM))) return;
  const {status, stderr} = await runProgram(python, ["-B", SUBMISSION_PROGRAM, "--data", visible], {
    cwd: workspace,
    timeoutSeconds,
    environment: {...pythonEnvironment(), ...(service !== null && serviceVariables(service))},
  });
  if (status === 0) return;
  const why = status === null ? `it was not done after ${timeoutSeconds} s` : (stderr.trim().split("\n").at(-1) ?? `status ${status}`);
  throw new RebenchError("invalid-environment", {
    problem: `the solution's ${SUBMISSION_PROGRAM} failed: ${why}`,
    hint: "Run it by hand after: rebench environments unlock",
  });
}
