import {spawn} from "node:child_process";
import {closeSync, openSync} from "node:fs";
import {join} from "node:path";
import {packageFolder} from "../../assets.js";
import {RebenchError} from "../../errors.js";
import {runnerLog} from "./folderStatus.js";
import type {Job} from "./job.js";
import {withoutModelVariables} from "./modelVariables.js";
import {type ErrorLine, errorFrom} from "./programLines.js";

/** The program that runs attempts, compiled. */
export const hostProgram: string = join(packageFolder, "dist", "runner", "hosts", "program.js");

/**
 * Starts a process that runs the attempts and outlives this one and its terminal: a session of its own, nothing of ours open in it, keys
 * on its stdin and in nobody's environment.
 *
 * @returns When it has read the job and found nothing wrong with it: its process id.
 * @throws RebenchError What it found.
 */
export async function launchWorker(job: Job): Promise<number> {
  const log = openSync(runnerLog(join(job.out, job.ids[0]!)), "a", 0o600);
  const child = spawn(process.execPath, [hostProgram, "work"], {
    detached: true,
    cwd: job.cwd,
    // a user's runtime folder goes with the user's last session, which this process outlives
    env: {...withoutModelVariables(process.env), XDG_RUNTIME_DIR: undefined},
    stdio: ["pipe", "pipe", log],
  });
  closeSync(log);
  let cause: Error | undefined;
  child.on("error", (error) => {
    cause = error; // it could not be started, such as where its working folder is gone
  });
  const [stdin, stdout] = [child.stdin!, child.stdout!];
  stdin.on("error", () => {}); // said by its end
  stdin.end(JSON.stringify(job));
  try {
    const answer = await firstLine(stdout);
    if (answer === null) throw ended(job, cause);
    const {error} = JSON.parse(answer) as Partial<ErrorLine>;
    if (error !== undefined) throw errorFrom(error);
    return child.pid!;
  } finally {
    stdout.destroy();
    child.unref();
  }
}

/** Null where the stream ends before a line does. */
export async function firstLine(stream: NodeJS.ReadableStream): Promise<string | null> {
  let text = "";
  stream.setEncoding("utf8");
  for await (const chunk of stream) {
    text += chunk;
    if (text.includes("\n")) return text.slice(0, text.indexOf("\n"));
  }
  return null;
}

const ended = ({out, ids, cwd}: Job, cause: Error | undefined) =>
  cause === undefined
    ? new RebenchError("runner-lost", {
        problem: "the process that should run the attempts ended before it began",
        hint: `See what it said in ${runnerLog(join(out, ids[0]!))}`,
      })
    : new RebenchError("runner-lost", {
        problem: `the process that should run the attempts cannot be started: ${cause.message}`,
        hint: `Is its working folder there? ${cwd}`,
        cause,
      });
