import {type ChildProcess, spawn} from "node:child_process";
import * as z from "zod";
import {RebenchError} from "../../errors.js";
import {LARGEST_SCORE} from "../../record/attempt.js";
import {endsWithRunner} from "./endsWithRunner.js";

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
  /** How long scorers have waited so far for what is no doing of theirs, a provider of models: that time is not counted. */
  waitedSeconds?: () => number;
  /** Names of the host's environment that a scorer needs, with their values. */
  environment: Record<string, string>;
  /** The runner gives up, and will ask again later. */
  signal?: AbortSignal;
};

const answerSchema = z.object({
  score: z.number().min(-LARGEST_SCORE).max(LARGEST_SCORE).nullable(),
  reason: z.string().max(2000).default(""),
  details: z.record(z.string(), z.unknown()).default({}),
});

/** An answer is a line; what a scorer prints beyond that is a fault of ours. */
const MOST_OUTPUT_BYTES = 2 ** 20;

/**
 * Runs an environment's scorer on a copy of a submission. An invalid submission is an answer; a scorer that fails, hangs or says what
 * cannot be understood is an error of ours, and never a score.
 *
 * @throws RebenchError `scorer-broken`, or `model-unavailable`, with the end of what it wrote on stderr, for the log and not for the participant.
 */
export async function runScorer(call: ScorerCall): Promise<ScorerAnswer> {
  const {timeoutSeconds, waitedSeconds = () => 0, signal} = call;
  signal?.throwIfAborted();
  const child = startScorer(call);
  let [stdout, stderr, timedOut] = ["", "", false];
  child.stdout!.on("data", (chunk) => {
    stdout = (stdout + chunk).slice(0, MOST_OUTPUT_BYTES + 1);
  });
  child.stderr!.on("data", (chunk) => {
    stderr = (stderr + chunk).slice(-4000);
  });
  const giveUp = () => endGroup(child.pid);
  signal?.addEventListener("abort", giveUp);
  const stopTimer = afterSeconds(timeoutSeconds, waitedSeconds, () => {
    timedOut = true;
    endGroup(child.pid);
  });
  const {code, failure} = await endOf(child);
  stopTimer();
  signal?.removeEventListener("abort", giveUp);
  endGroup(child.pid); // what it left behind
  signal?.throwIfAborted();
  if (failure !== null) throw broken(`it could not be started: ${failure.message}`, "", failure);
  if (timedOut) throw broken(`it was not done after ${timeoutSeconds} s`, stderr);
  if (code === NO_MODEL_STATUS) throw noModel(stderr);
  if (code !== 0) throw broken(code === null ? "it was ended by a signal" : `it ended with status ${code}`, stderr);
  return answerIn(stdout, stderr);
}

/** Calls back after so many seconds, without those that `waitedSeconds` adds meanwhile; unless what it returns is called before. */
function afterSeconds(seconds: number, waitedSeconds: () => number, run: () => void): () => void {
  let counted = waitedSeconds();
  const begin = (left: number) =>
    setTimeout(() => {
      const waited = waitedSeconds() - counted;
      counted += waited;
      if (waited > 0) timer = begin(waited);
      else run();
    }, left * 1000);
  let timer = begin(seconds);
  return () => clearTimeout(timer);
}

function startScorer({
  python,
  environmentFolder,
  tier,
  submission,
  visible,
  judge,
  options,
  environment,
  ...call
}: ScorerCall): ChildProcess {
  const data = ["--submission", submission, "--visible", visible, "--protected", call.protected];
  const args = ["-u", `${environmentFolder}/scorer.py`, "--tier", tier, ...data, ...options];
  const judgeEnvironment = judge === null ? {} : {REBENCH_JUDGE: JSON.stringify(judge.prefix), REBENCH_EXCHANGE: judge.exchange};
  const [program, ...before] = [...endsWithRunner(), python];
  return spawn(program!, [...before, ...args], {
    cwd: environmentFolder,
    env: {...environment, ...judgeEnvironment, PYTHONDONTWRITEBYTECODE: "1"},
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // a group of its own, so that all of it can be ended
  });
}

/** Of a scorer that cannot ask the language model which is part of its task; see environments/README.md. */
const NO_MODEL_STATUS = 69;

const noModel = (stderr: string) =>
  new RebenchError("model-unavailable", {
    problem: "the scorer cannot ask the language model that is part of the task",
    hint: stderr.trim() === "" ? "" : `It wrote:\n${stderr.trim().replace(/^/gm, "    ")}`,
  });

/** Its exit: what it started may go on holding its output, and is not waited for. */
const endOf = (child: ChildProcess): Promise<{code: number | null; failure: Error | null}> =>
  new Promise((resolve) => {
    child.once("error", (failure) => resolve({code: null, failure}));
    child.once("exit", (code) => {
      const late = setTimeout(() => resolve({code, failure: null}), LATE_MILLISECONDS);
      child.once("close", () => {
        clearTimeout(late);
        resolve({code, failure: null});
      });
    });
  });

const LATE_MILLISECONDS = 1000;

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
