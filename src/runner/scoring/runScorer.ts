import {spawn} from "node:child_process";
import {z} from "zod";
import {RebenchError} from "../../errors.js";

/** What a scorer says of a submission. */
export type ScorerAnswer = {
  /** Raw; null where the submission is not valid. */
  score: number | null;
  /** For the participant. */
  reason: string;
  /** For the record alone. */
  details: Record<string, unknown>;
};

export type ScorerCall = {
  python: string;
  /** The environment's folder, with scorer.py. */
  environmentFolder: string;
  tier: string;
  submission: string;
  visible: string;
  protected: string;
  /** Starts a program in a fresh judge sandbox; null: the scorer runs code of a submission as an ordinary process. */
  judge: {prefix: readonly string[]; exchange: string} | null;
  /** Further arguments, such as `--remeasure`. */
  options: readonly string[];
  timeoutSeconds: number;
  /** Names of the host's environment that a scorer needs, with their values. */
  environment: Record<string, string>;
  signal?: AbortSignal;
};

const answerSchema = z.object({
  score: z.number().nullable(),
  reason: z.string().max(2000).default(""),
  details: z.record(z.string(), z.unknown()).default({}),
});

/** An answer is a line; what a scorer prints beyond that is a fault of ours. */
const MOST_OUTPUT_BYTES = 2 ** 20;

/**
 * Runs an environment's scorer on a copy of a submission. An invalid submission is an answer; a scorer that fails, hangs or says what
 * cannot be understood is an error of ours, and never a score.
 *
 * @throws RebenchError `scorer-broken` with the end of what it wrote on stderr, for the log and not for the participant.
 */
export async function runScorer(call: ScorerCall): Promise<ScorerAnswer> {
  const {python, environmentFolder, tier, submission, visible, judge, options, timeoutSeconds, environment, signal} = call;
  const data = ["--submission", submission, "--visible", visible, "--protected", call.protected];
  const args = ["-u", `${environmentFolder}/scorer.py`, "--tier", tier, ...data, ...options];
  const judgeEnvironment = judge === null ? {} : {REBENCH_JUDGE: JSON.stringify(judge.prefix), REBENCH_EXCHANGE: judge.exchange};
  const child = spawn(python, args, {
    cwd: environmentFolder,
    env: {...environment, ...judgeEnvironment, PYTHONDONTWRITEBYTECODE: "1"},
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // a group of its own, so that all of it can be ended
    ...(signal && {signal}),
  });
  let [stdout, stderr, timedOut] = ["", "", false];
  child.stdout.on("data", (chunk) => {
    stdout = (stdout + chunk).slice(0, MOST_OUTPUT_BYTES + 1);
  });
  child.stderr.on("data", (chunk) => {
    stderr = (stderr + chunk).slice(-4000);
  });
  const timer = setTimeout(() => {
    timedOut = true;
    endGroup(child.pid);
  }, timeoutSeconds * 1000);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve(status));
  }).catch((cause) => {
    throw broken(`it could not be started: ${(cause as Error).message}`, "", cause);
  });
  clearTimeout(timer);
  if (timedOut) throw broken(`it was not done after ${timeoutSeconds} s`, stderr);
  if (code !== 0) throw broken(code === null ? "it was ended by a signal" : `it ended with status ${code}`, stderr);
  return answerIn(stdout, stderr);
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // it has just ended
  }
}

function answerIn(stdout: string, stderr: string): ScorerAnswer {
  const lines = stdout.trimEnd().split("\n");
  let value: unknown;
  try {
    value = JSON.parse(lines.length === 1 ? lines[0]! : "");
  } catch (cause) {
    throw broken(`it printed ${stdout.length === 0 ? "nothing" : "what is not one line of JSON"}`, stderr, cause);
  }
  const answer = answerSchema.safeParse(value);
  if (answer.success) return answer.data;
  throw broken(`its answer has a wrong ${answer.error.issues[0]!.path.join(".") || "form"}`, stderr);
}

const broken = (why: string, stderr: string, cause?: unknown) =>
  new RebenchError("scorer-broken", {
    problem: `the scorer is broken: ${why}`,
    hint:
      stderr.trim() === "" ? "Try the environment with: rebench environments check" : `It wrote:\n${stderr.trim().replace(/^/gm, "    ")}`,
    cause,
  });
