import {spawn} from "node:child_process";
import {chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll} from "vitest";
import {type Attempt, attemptSchema} from "../../../src/record/attempt.js";
import type {JournalEntry} from "../../../src/runner/journal/event.js";
import {readJournal} from "../../../src/runner/journal/readJournal.js";
import {lockSolution, parseSolutionKey} from "../../../src/runner/solutions/solutionArchive.js";

export const main = join(import.meta.dirname, "..", "..", "..", "dist", "cli", "main.js");
const toys = join(import.meta.dirname, "environments");
const keyFile = join(import.meta.dirname, "..", "..", "..", "environments", "solutions.key");

export type Ended = {status: number; stdout: string; stderr: string};

/** A toy environment in a folder of its own, changed. */
export type ToyChanges = {environment?: Record<string, unknown>; runner?: Record<string, unknown>; reference?: Record<string, string>};

export type Ground = ReturnType<typeof newGround>;

/** A place for attempts at the toy, with spaces and more than ASCII in its path; gone when the tests of the file are over. */
export function newGround({environment = {}, runner = {}, reference}: ToyChanges = {}) {
  const folder = mkdtempSync(join(tmpdir(), "rebench prüft "));
  afterAll(() => rmSync(folder, {recursive: true, force: true}));
  const environments = join(folder, "environments");
  cpSync(toys, environments, {recursive: true});
  const file = join(environments, "toy", "environment.json");
  const toy = JSON.parse(readFileSync(file, "utf8")) as Record<string, object>;
  writeFileSync(file, JSON.stringify({...toy, ...environment, runner: {...toy.runner, ...runner}}));
  if (reference !== undefined) lock(reference, join(environments, "toy", "solutions"));
  const {OPENAI_API_KEY: _, ANTHROPIC_API_KEY: __, FORCE_COLOR: ___, NO_COLOR: ____, ...rest} = process.env;
  const variables = {...rest, REBENCH_CACHE: join(folder, "cache")};
  const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    spawn(process.execPath, [main, ...args], {cwd: folder, env: {...variables, ...env}, stdio: ["ignore", "pipe", "pipe"]});
  const startRun = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    start(["run", "toy", "--environments-dir", environments, ...args], env);
  return {
    ...{folder, environments, start},
    /** Attempts at the toy that go on, and say on stdout what happens as lines of JSON. */
    startJson: (args: readonly string[]) => startRun([...args, "--json"]),
    /** Takes attempts up again. */
    resume: (...attempts: string[]): Promise<Ended> => outcome(start(["resume", ...attempts, "--environments-dir", environments])),
    /** A program for `--agent command:`, in a folder of its own. */
    program(name: string, text: string): string {
      const own = join(folder, `programs-${name}`);
      mkdirSync(own, {mode: 0o755});
      writeFileSync(join(own, name), text, {mode: 0o755});
      chmodSync(own, 0o755);
      return join(own, name);
    },
    run: (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> => outcome(startRun(args, env)),
    rebench: (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> => outcome(start(args, env)),
    /** Folders of attempts, in the order of their names. */
    attempts: (out = "runs"): string[] =>
      readdirSync(join(folder, out))
        .sort()
        .map((name) => join(folder, out, name)),
  };
}

function lock(reference: Record<string, string>, folder: string): void {
  mkdirSync(folder, {recursive: true});
  const files = new Map(Object.entries(reference).map(([name, text]) => [name, Buffer.from(text)]));
  writeFileSync(join(folder, "reference.enc"), lockSolution(files, parseSolutionKey(readFileSync(keyFile, "utf8"), keyFile)));
}

export function outcome(child: ReturnType<Ground["start"]>): Promise<Ended> {
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) => child.on("close", (status) => resolve({status: status ?? -1, stdout, stderr})));
}

export const recordOf = (attempt: string): Attempt => {
  const name = readdirSync(attempt).find((each) => each.endsWith(".record.json"));
  if (name === undefined) throw new Error(`no record in ${attempt}: ${readdirSync(attempt).join(", ")}`);
  return attemptSchema.parse(JSON.parse(readFileSync(join(attempt, name), "utf8")));
};

export const journalOf = (attempt: string): JournalEntry[] => readJournal(join(attempt, "journal.jsonl")).entries;

/** Every file below a folder that holds these bytes. */
export function filesWith(folder: string, needle: string): string[] {
  const bytes = Buffer.from(needle);
  const entries = readdirSync(folder, {recursive: true, withFileTypes: true}).filter((entry) => entry.isFile());
  return entries.map((entry) => join(entry.parentPath, entry.name)).filter((file) => readFileSync(file).includes(bytes));
}
