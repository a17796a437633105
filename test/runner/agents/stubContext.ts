// An agent's context on real folders and real processes, without a sandbox: what agents rely on, and a task that takes no time.
import {execFileSync, spawn} from "node:child_process";
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";
import {onTestFinished} from "vitest";
import {bundledCatalogue, findEnvironment} from "../../../src/environment/catalogue.js";
import type {Environment} from "../../../src/environment/environment.js";
import {randomStream} from "../../../src/random.js";
import type {AgentContext, Progress, ScoreAnswer} from "../../../src/runner/agents/agent.js";
import type {ModelAnswer, ModelRequest} from "../../../src/runner/gateway/model.js";
import {guestFile} from "../../../src/runner/sandbox/guestFiles.js";
import type {ExecOptions, Sandbox} from "../../../src/runner/sandbox/sandbox.js";

export const GUEST_FOLDER = join(guestFile("x"), "..");

/** Not a shim that looks for it each time. */
const PYTHON_FOLDER = dirname(
  execFileSync("python3", ["-c", "import os, sys; print(os.path.realpath(sys.executable))"], {encoding: "utf8"}).trim(),
);

/** Programs in their order. */
export const PATH = `${GUEST_FOLDER}:${PYTHON_FOLDER}:${process.env.PATH}`;

/** What a scripted model says: a text, an error to throw, or a whole answer. */
export type Said = string | Error | Partial<ModelAnswer>;
export type Script = (request: ModelRequest, call: number) => Said | Promise<Said>;

export type StubOptions = {
  script?: Script;
  environment?: Partial<Environment>;
  submission?: string[];
  /** Scores what is in the folder: null for an invalid one. */
  scorer?: (workspace: string, calls: number) => number | null | Error;
  files?: Record<string, string>;
  progress?: (calls: number) => Partial<Progress>;
  saved?: unknown;
  workspace?: string;
  seed?: number;
  instructions?: string;
};

export type Stub = AgentContext & {
  workspace: string;
  requests: ModelRequest[];
  execs: {command: readonly string[]; options: ExecOptions; output: string}[];
  states: unknown[];
  logs: string[];
  scores: ScoreAnswer[];
  isSubmitted: () => boolean;
  abort: () => void;
  read: (path: string) => string;
};

export const temporaryFolder = (name: string): string => {
  const folder = mkdtempSync(join(tmpdir(), name));
  onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
  return folder;
};

export const environmentWith = (changes: Partial<Environment>, submission: string[]): Environment => ({
  ...findEnvironment(bundledCatalogue(), "optimize_kernel"),
  runner: {
    submission,
    maxBytes: 1e6,
    maxFiles: 10,
    maxDepth: 3,
    scoringCountsTime: false,
    remeasureBest: false,
    programs: [],
    service: false,
    taskModel: [],
    timed: false,
    scoringTimeoutSeconds: {small: 60},
    timeLimitSeconds: {small: 600},
    needs: [],
  },
  ...changes,
});

export function stubContext(options: StubOptions = {}): Stub {
  const workspace = options.workspace ?? temporaryFolder("rebench-workspace-");
  for (const [path, text] of Object.entries(options.files ?? {})) writeIn(workspace, path, text);
  const temporary = temporaryFolder("rebench-tmp-");
  const abort = new AbortController();
  const random = randomStream(options.seed ?? 1);
  const [requests, execs, states, logs, scores]: [ModelRequest[], Stub["execs"], unknown[], string[], ScoreAnswer[]] = [[], [], [], [], []];
  let isSubmitted = false;
  const exec: AgentContext["exec"] = async (command, execOptions = {}) => {
    const result = await execute(command, execOptions, workspace, temporary);
    execs.push({command, options: execOptions, output: result.output});
    return result;
  };
  onTestFinished(async () => endSession(temporary));
  return {
    ...{workspace, requests, execs, states, logs, scores, exec},
    environment: environmentWith(options.environment ?? {}, options.submission ?? ["solution.py"]),
    instructions: options.instructions ?? "Make the number in solution.py small.",
    isSubmitted: () => isSubmitted,
    abort: () => abort.abort(),
    read: (path) => readFileSync(join(workspace, path), "utf8"),
    score: async () => {
      const score = options.scorer?.(workspace, scores.length) ?? null;
      if (score instanceof Error) throw score;
      const isHidden = options.environment?.scoreHidden === true;
      const message = score === null ? "solution.py holds no number" : "";
      const answer = {score: isHidden ? null : score, valid: score !== null, message, repeat: false, workingSeconds: scores.length};
      scores.push(answer);
      return answer;
    },
    scoreLog: () => scores,
    submit: async () => {
      isSubmitted = true;
    },
    model: {
      ask: async (request) => {
        requests.push({...request, messages: structuredClone(request.messages)});
        request.signal?.throwIfAborted();
        const said = (await options.script?.(request, requests.length - 1)) ?? "nothing";
        request.signal?.throwIfAborted();
        if (said instanceof Error) throw said;
        return answerOf(said, request);
      },
    },
    sandbox: {} as Sandbox,
    progress: () => ({
      ...{workingSeconds: 0, timeLimitSeconds: 3600, tokens: 0, tokenLimit: null, costUsd: 0, costLimitUsd: null},
      ...options.progress?.(requests.length),
    }),
    random: () => random.uniform(),
    signal: abort.signal,
    saved: options.saved ?? null,
    save: async (state) => {
      states.push(JSON.parse(JSON.stringify(state)));
    },
    log: (line) => logs.push(line),
  };
}

export function writeIn(folder: string, path: string, text: string): void {
  mkdirSync(join(folder, path, ".."), {recursive: true});
  writeFileSync(join(folder, path), text);
}

function answerOf(said: string | Partial<ModelAnswer>, request: ModelRequest): ModelAnswer {
  const usage = {model: request.model, input: null, output: null, cacheRead: null, cacheWrite: null, reasoning: null};
  const call = {model: request.model, usage, costUsd: null, seconds: 0};
  return {text: "", call, stopReason: "stop", ...(typeof said === "string" ? {text: said} : said)};
}

/** Ends at its time limit with all of its session, as in a sandbox. */
async function execute(command: readonly string[], options: ExecOptions, cwd: string, temporary: string) {
  const child = spawn(command[0]!, command.slice(1), {
    cwd: options.cwd ?? cwd,
    env: {
      PATH,
      HOME: cwd,
      TMPDIR: temporary,
      LANG: "C.UTF-8",
      PYTHONDONTWRITEBYTECODE: "1",
      ...options.environment,
    },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  child.stdin.on("error", () => {}).end(options.stdin ?? "");
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (chunk) => (output += chunk));
  let timedOut = false;
  const kill = () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, "SIGKILL");
  };
  const stop = () => {
    timedOut = true;
    kill();
  };
  const limit = options.timeoutSeconds == null ? undefined : setTimeout(stop, 1000 * options.timeoutSeconds);
  options.signal?.addEventListener("abort", kill);
  const [exitCode, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.once("error", () => resolve([127, null]));
    child.once("exit", (code, by) => setTimeout(() => resolve([code, by]), 30)); // what was written before has come by then
  });
  clearTimeout(limit);
  options.signal?.removeEventListener("abort", kill);
  return {exitCode, signal, timedOut, output};
}

/** The Python session outlives its callers; without a sandbox nobody else ends it. */
function endSession(temporary: string): void {
  const file = join(temporary, "rebench-python-modular", "pid");
  const pid = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  if (!(Number.isInteger(pid) && pid > 1)) return; // others mean many processes
  try {
    process.kill(-pid, "SIGKILL");
  } catch {} // it has ended
}
