import {closeSync, existsSync, openSync, readSync, realpathSync, type Stats, statSync} from "node:fs";
import {homedir} from "node:os";
import {basename, dirname, join, resolve} from "node:path";
import * as z from "zod";
import {RebenchError} from "../../errors.js";
import type {Agent, AgentContext} from "./agent.js";
import {AgentFailure} from "./agentFailure.js";
import type {CommandSpec} from "./parseAgentSpec.js";

/** Where a program's folder is seen inside. */
const AGENT_INSIDE = "/agent";

type Bind = {host: string; inside: string};

/** A program of somebody's, as the sandbox needs to know it. */
export type CommandProgram = {
  /** Its folder, for the sandbox's read-only binds. */
  readOnly: readonly Bind[];
  /** How it is started inside. */
  command: readonly string[];
  /** What records call it. */
  name: string;
};

/**
 * A program on this host: a file, or a folder with a program `run`. The folder is all that it sees of the host, so one that holds a
 * home directory, or is one, is refused.
 *
 * @throws RebenchError `usage` where there is no such program, or it could not be started inside.
 */
export function commandProgram({path, name}: Pick<CommandSpec, "path" | "name">): CommandProgram {
  const given = resolve(path);
  const file = existsSync(given) && statSync(given).isDirectory() ? join(given, "run") : given;
  const stat = statOf(file, path);
  const folder = realpathSync(dirname(file));
  refuseHome(folder, path);
  refuseClosed(folder, file, stat);
  const inside = `${AGENT_INSIDE}/${basename(file)}`;
  const starter = isExecutable(file) ? [] : interpreterOf(file);
  const label = name ?? (basename(file) === "run" ? basename(folder) : basename(file).replace(/\.[^.]+$/, ""));
  return {readOnly: [{host: folder, inside: AGENT_INSIDE}], command: [...starter, inside], name: label};
}

function statOf(file: string, path: string): Stats {
  try {
    const stat = statSync(file);
    if (stat.isFile()) return stat;
  } catch {} // said below
  throw usage(`there is no program ${path}`, "Give a program, or a folder with a program named run: --agent command:./my_agent/run");
}

function refuseHome(folder: string, path: string): void {
  const home = existsSync(homedir()) ? realpathSync(homedir()) : homedir();
  if (folder !== "/" && !`${home}/`.startsWith(`${folder}/`)) return;
  throw usage(
    `${path} lies in ${folder}, and an agent sees all of its folder`,
    "Put it into a folder of its own, with nothing beside it that it must not see.",
  );
}

/** Where the runner is root the agent is somebody else, who must be let in. */
function refuseClosed(folder: string, file: string, stat: Stats): void {
  if (process.getuid?.() !== 0) return;
  if ((statSync(folder).mode & 0o005) === 0o005 && (stat.mode & 0o004) !== 0) return;
  throw usage(`${file} cannot be read by the user that it runs as`, `Let others read it: chmod -R o+rX "${folder}"`);
}

/** Whether the kernel can start it: allowed, to others where the runner is root, and a program of the machine or one that names its interpreter. */
function isExecutable(file: string): boolean {
  const allowed = process.getuid?.() === 0 ? 0o001 : 0o111;
  if ((statSync(file).mode & allowed) === 0) return false;
  const begin = Buffer.alloc(4);
  const descriptor = openSync(file, "r");
  try {
    readSync(descriptor, begin, 0, begin.length, 0);
  } finally {
    closeSync(descriptor);
  }
  return begin.toString("latin1").startsWith("#!") || begin.toString("latin1") === "\x7fELF";
}

function interpreterOf(file: string): string[] {
  if (file.endsWith(".py")) return ["python3"];
  if (file.endsWith(".sh")) return ["bash"];
  throw usage(
    `${file} is not executable`,
    `Make it so: chmod a+x "${file}", and begin it with a line that names its interpreter, such as #!/bin/sh`,
  );
}

const usage = (problem: string, hint: string) => new RebenchError("usage", {problem, hint});

/** A further read-only folder, `--bind HOST:INSIDE`. @throws RebenchError `usage`. */
export function parseBind(text: string): Bind {
  const [, host, inside] = /^(.+):(\/[^:]+)$/s.exec(text) ?? [];
  if (host === undefined || inside === undefined || inside.split("/").includes("..")) {
    throw usage(`--bind "${text}" is not of the form HOST:INSIDE`, "Write a path of this machine, a colon, and an absolute path inside.");
  }
  if (!existsSync(host)) throw usage(`--bind: there is no ${host}`, "Give a file or folder of this machine.");
  return {host: realpathSync(host), inside};
}

/** Exit statuses with which a shell says that a program could not be started. */
const [NOT_EXECUTABLE, NOT_FOUND] = [126, 127];

/** Attempts that are taken up again are told so, and keep their seed; what else a program wants to keep it keeps in the workspace. */
const stateSchema = z.object({seed: z.int().nonnegative()});

/**
 * Any program, wholly inside the sandbox. It starts in the workspace and finds in its environment, besides what every program inside has:
 *
 * | variable | |
 * |---|---|
 * | `REBENCH_INSTRUCTIONS` | path of a file with the task and the limits |
 * | `REBENCH_ENVIRONMENT` | the environment's name |
 * | `REBENCH_SUBMISSION` | paths in the workspace that are scored, one a line |
 * | `REBENCH_DATA` | the folder of data that participants may see |
 * | `REBENCH_DIRECTION` | `lower` or `higher`: which scores are better |
 * | `REBENCH_TIME_LIMIT_SECONDS` | the limit of working time |
 * | `REBENCH_TIME_USED_SECONDS` | what was used of it when the program started; `clock` says it later |
 * | `REBENCH_TOKEN_LIMIT`, `REBENCH_COST_LIMIT_USD` | where there are such limits |
 * | `REBENCH_SEED` | an integer for its randomness, of this attempt alone |
 * | `REBENCH_RESUMED` | `1` where an earlier run of the program was cut off, else `0` |
 * | `REBENCH_SOCKET`, `REBENCH_TOKEN` | what `score`, `clock` and `submit` use |
 * | `OPENAI_BASE_URL`, `OPENAI_API_KEY`, `ANTHROPIC_BASE_URL`, `ANTHROPIC_API_KEY` | the gateway and its token, where models are allowed |
 *
 * Exit status: 0 means that it has finished; any other, or a signal, that it failed. Either way the attempt ends, and what is in the
 * workspace is scored: no status takes an attempt out of the results. 126 and 127 without any score say that it could not be started.
 * At the limit it gets SIGTERM, and ten seconds later SIGKILL.
 */
export const commandAgent = (
  spec: CommandSpec,
  {instructionsPath = "/workspace/instructions.md"}: {instructionsPath?: string} = {},
): Agent => {
  const program = commandProgram(spec);
  return {
    name: "command",
    participant: {scaffold: program.name, model: spec.models.length > 0 ? spec.models.join("+") : null},
    models: spec.models,
    run: (context) => run(context, program, instructionsPath),
  };
};

async function run(context: AgentContext, {command}: CommandProgram, instructionsPath: string): Promise<void> {
  const saved = stateSchema.safeParse(context.saved);
  const seed = saved.success ? saved.data.seed : Math.floor(context.random() * SEEDS);
  await context.save({seed});
  const environment = {
    ...commandEnvironment(context),
    ...{REBENCH_INSTRUCTIONS: instructionsPath, REBENCH_SEED: String(seed), REBENCH_RESUMED: context.saved == null ? "0" : "1"},
  };
  const result = await context.exec(command, {environment, timeoutSeconds: null, signal: context.signal});
  if (context.signal.aborted || result.exitCode === 0) return;
  const end = result.exitCode === null ? `was ended by ${result.signal ?? "a signal"}` : `ended with exit status ${result.exitCode}`;
  const isStarted = context.scoreLog().length > 0 || ![NOT_EXECUTABLE, NOT_FOUND].includes(result.exitCode ?? 0);
  const hint = isStarted ? "" : ": it could not be started; are its interpreter and libraries inside, or bound with --bind?";
  throw new AgentFailure(`the agent's program ${end}${hint}`);
}

const SEEDS = 2 ** 31;

function commandEnvironment({environment, progress}: AgentContext): Record<string, string> {
  const {workingSeconds, timeLimitSeconds, tokenLimit, costLimitUsd} = progress();
  return {
    REBENCH_ENVIRONMENT: environment.name,
    REBENCH_SUBMISSION: (environment.runner?.submission ?? []).join("\n"),
    REBENCH_DIRECTION: environment.direction,
    REBENCH_TIME_LIMIT_SECONDS: String(timeLimitSeconds),
    REBENCH_TIME_USED_SECONDS: workingSeconds.toFixed(3),
    ...(tokenLimit !== null && {REBENCH_TOKEN_LIMIT: String(tokenLimit)}),
    ...(costLimitUsd !== null && {REBENCH_COST_LIMIT_USD: String(costLimitUsd)}),
  };
}
