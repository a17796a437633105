import {execFile} from "node:child_process";
import {RebenchError} from "../../../errors.js";
import {withoutModelVariables} from "../modelVariables.js";

/**
 * Runs one of Slurm's commands, without keys in its environment: sbatch hands that on to jobs, and Slurm writes it down.
 *
 * @throws RebenchError `host-unusable` with what the command says.
 */
export function slurmCommand(name: "sbatch" | "squeue" | "scancel" | "sacct", args: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {env: withoutModelVariables(process.env), timeout: TIMEOUT_MILLISECONDS, maxBuffer: 1 << 26};
    const child = execFile(name, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(error.code === "ENOENT" ? missing(name, error) : failed(name, stderr.trim() || error.message, error));
    });
    child.stdin!.on("error", () => {}); // its end says more
    child.stdin!.end(input);
  });
}

const TIMEOUT_MILLISECONDS = 60_000;

const missing = (name: string, cause: Error) =>
  new RebenchError("host-unusable", {
    problem: `there is no Slurm here: ${name} is not on the PATH`,
    hint: "Call rebench on a machine from which jobs are submitted, such as a cluster's login node.",
    cause,
  });

const failed = (name: string, said: string, cause: Error) =>
  new RebenchError("host-unusable", {
    problem: `Slurm refuses: ${reasonIn(said)} (${name})`,
    hint: "Check partition and limits with: sinfo, and whether Slurm answers with: squeue",
    cause,
  });

/** The last word where there is one, else the first that was said. */
function reasonIn(said: string): string {
  const lines = said.split("\n").map((line) => line.replace(/^\w+: (?:error: )?/, ""));
  return (lines.find((line) => line.startsWith("fatal: ")) ?? lines[0]!).replace(/^fatal: /, "");
}
