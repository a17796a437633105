import {execFileSync} from "node:child_process";
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {basename, join} from "node:path";
import {newEnvironment} from "../../../src/runner/environments/newEnvironment.js";
import {type LockOwner, startTicksOf} from "../../../src/runner/journal/attemptLock.js";
import type {JournalEntry} from "../../../src/runner/journal/event.js";
import {type Outcome, rebench} from "../../cli/rebench.js";

export const PYTHON = join(import.meta.dirname, "..", "..", "..", ".venv", "bin", "python");
/** Why no attempt can be made here, for the names of tests that are skipped. */
export const cannotRun = (): string | null => {
  if (!existsSync(PYTHON)) return ".venv (npm run python)";
  return onPath("bwrap") ? null : "bubblewrap (apt-get install bubblewrap)";
};

export function onPath(name: string): boolean {
  return `${process.env.PATH ?? ""}:/usr/sbin:/sbin`.split(":").some((folder) => existsSync(join(folder, name)));
}

/** Waits ten times a second until `is` says so. */
export async function until(is: () => boolean | Promise<boolean>, seconds = 40): Promise<void> {
  for (const end = Date.now() + seconds * 1000; !(await is()); await new Promise((resolve) => setTimeout(resolve, 100)))
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${is}`);
}

/** Counts up once a second in its workspace, and asks for a score each time; its scores differ. */
const AGENT = `#!/bin/sh
i=0
while [ $i -lt 300 ]; do
  i=$((i + 1))
  echo "{\\"coefficients\\": [0.$i, 1]}" >/workspace/model.json
  score >/dev/null
  sleep 0.5
done
`;

/** A small environment and an agent that works on it for as long as it may, in a folder of their own. */
export type Toy = {
  folder: string;
  args: (...more: string[]) => string[];
  rebench: (...args: string[]) => Promise<Outcome>;
  ids: () => string[];
  entries: (id: string) => JournalEntry[];
  entriesIn: (folder: string) => JournalEntry[];
  /** Files below some folders that hold a text. */
  filesWith: (text: string, ...folders: string[]) => string[];
  /** Ends what a test that failed has left running, and removes all files. */
  remove: () => void;
};

export function makeToy(variables: NodeJS.ProcessEnv = {}): Toy {
  const folder = mkdtempSync(join(tmpdir(), "rh-"));
  chmodSync(folder, 0o755); // attempts are made by another user
  mkdirSync(join(folder, "environments"));
  newEnvironment("toy_curve", join(folder, "environments"), () => false);
  mkdirSync(join(folder, "agent"));
  writeFileSync(join(folder, "agent", "run"), AGENT, {mode: 0o755});
  const ids = () =>
    existsSync(join(folder, "runs")) ? readdirSync(join(folder, "runs")).filter((name) => name.startsWith("toy_curve-")) : [];
  const environment = {REBENCH_CACHE: join(folder, "cache"), REBENCH_PYTHON: PYTHON, ...variables};
  return {
    folder,
    args: (...more) => [
      ...["run", "toy_curve", "--environments-dir", join(folder, "environments"), "--agent", `command:${join(folder, "agent")}`],
      ...["--time-limit", "5m", ...more],
    ],
    rebench: (...args) => rebench(folder, args, environment),
    ids: () => ids().sort(),
    entries: (id) => entriesIn(join(folder, "runs", id)),
    entriesIn,
    remove() {
      endWorkers(folder);
      rmSync(folder, {recursive: true, force: true});
    },
    filesWith: (text, ...folders) => folders.flatMap((each) => filesBelow(each).filter((file) => readFileSync(file).includes(text))),
  };
}

function entriesIn(folder: string): JournalEntry[] {
  const file = join(folder, "journal.jsonl");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as JournalEntry);
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** Command lines of living processes that hold a text. */
export const processesWith = (text: string): string[] =>
  execFileSync("ps", ["-eo", "pid,args"], {encoding: "utf8"})
    .split("\n")
    .filter((line) => line.includes(text) && !line.includes("ps -eo"));

/** Ends what a test that failed has left running. */
export function endWorkers(folder: string): void {
  for (const file of existsSync(folder) ? filesBelow(folder).filter((name) => basename(name) === "worker.json") : []) {
    const {pid, startTicks} = JSON.parse(readFileSync(file, "utf8")) as LockOwner;
    if (startTicksOf(pid) === startTicks) process.kill(pid, "SIGKILL");
  }
}
