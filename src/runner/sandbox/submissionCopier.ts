import {type ChildProcess, spawn} from "node:child_process";
import {randomBytes} from "node:crypto";
import {chmodSync, chownSync, mkdirSync, rmSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {createInterface, type Interface} from "node:readline";
import {RebenchError} from "../../errors.js";
import {bubblewrapArguments} from "./bubblewrapArguments.js";
import {bubblewrapHost} from "./bubblewrapHost.js";
import {GUEST_INSIDE, guestFile, isolatedPython} from "./guestFiles.js";
import {sandboxFolder} from "./leftovers.js";
import {encodeOrders} from "./orders.js";
import type {RunningSandbox, SandboxOptions} from "./runningSandbox.js";
import {runtimeFolder} from "./runtimeFolder.js";
import {systemFiles} from "./systemFiles.js";

/** What of a workspace is the submission, and how much of it is taken. */
export type SubmissionRules = {
  /** Below the workspace, with `/`; `.` for all of it. */
  paths: readonly string[];
  maxBytes: number;
  /** Files and folders together. */
  maxFiles: number;
  maxDepth: number;
};

/** A copy that was made, or why not: a sentence for the participant. */
export type SubmissionCopy =
  /** sha256: of the sorted paths with kinds, sizes and contents. missing: paths of the list that are not there. */
  {refused: null; files: number; bytes: number; sha256: string; missing: string[]} | {refused: string};

/** A helper that waits, as the participant and seeing only workspace and copies, so that a request need not wait for it. */
export type SubmissionCopier = {
  /** Makes the copy at `copies/name`. Freeze the sandbox before. */
  copy(rules: SubmissionRules, name: string): Promise<SubmissionCopy>;
  close(): Promise<void>;
};

const SECONDS = 600;

/** @param copies A folder of its own for copies, on the host; it comes to belong to the participant, each finished copy to the runner. */
export async function submissionCopier(
  sandbox: Pick<RunningSandbox, "uid" | "mechanism">,
  workspace: string,
  copies: string,
  options: Pick<SandboxOptions, "toolchain" | "runtime">,
): Promise<SubmissionCopier> {
  mkdirSync(copies, {recursive: true, mode: 0o700});
  const enclosed = sandbox.mechanism.sandbox === "bubblewrap";
  const own = sandboxFolder(options.runtime ?? runtimeFolder(), `copy-${randomBytes(6).toString("hex")}`);
  if (enclosed && sandbox.uid !== null) chownSync(copies, sandbox.uid, sandbox.uid);
  const command = enclosed
    ? enclosedCommand({
        uid: sandbox.uid,
        workspace,
        copies,
        folder: own.folder,
        interpreter: options.toolchain.interpreter,
        readOnly: options.toolchain.readOnly,
      })
    : [...isolatedPython(options.toolchain.interpreter, guestFile("copy_submission.py")), "-", workspace, copies];
  const child = spawn(command[0]!, command.slice(1), {stdio: ["pipe", "pipe", "pipe"], detached: true, env: {}, cwd: "/"});
  const helper = new Helper(child);
  try {
    await helper.next(); // "ready"
  } catch (error) {
    await own.remove();
    throw error;
  }
  return {
    async copy(rules, name) {
      const answer = JSON.parse(await helper.ask(JSON.stringify({...rules, name}))) as Answer;
      const folder = join(copies, name);
      if (answer.refused === undefined && answer.error === undefined) {
        if (sandbox.uid !== null) chownSync(folder, 0, 0);
        chmodSync(folder, 0o755);
        return {refused: null, files: answer.files!, bytes: answer.bytes!, sha256: answer.sha256!, missing: answer.missing!};
      }
      rmSync(folder, {recursive: true, force: true});
      if (answer.refused !== undefined) return {refused: answer.refused};
      throw copyError(answer, folder);
    },
    async close() {
      await helper.close();
      await own.remove();
    },
  };
}

type Answer = {refused?: string; error?: string; number?: number; files?: number; bytes?: number; sha256?: string; missing?: string[]};

const ENOSPC = 28;

const copyError = ({error, number}: Answer, folder: string) =>
  new RebenchError(number === ENOSPC ? "disk-full" : "unwritable-file", {
    problem: `cannot copy a submission to ${folder}: ${error}`,
    hint:
      number === ENOSPC
        ? "Free some space, then take the attempt up again with: rebench resume"
        : "Check this folder, then: rebench resume",
  });

type Enclosed = {uid: number | null; workspace: string; copies: string; folder: string} & {
  interpreter: string;
  readOnly: readonly {host: string; inside: string}[];
};

function enclosedCommand({uid, workspace, copies, folder, interpreter, readOnly}: Enclosed): string[] {
  const host = bubblewrapHost();
  const id = uid ?? (host.user as {uid: number}).uid;
  writeFileSync(
    join(folder, "orders"),
    encodeOrders({uid: id, gid: id, userNamespace: host.user.kind === "namespace", folder: "/", environment: {}}),
    {mode: 0o600},
  );
  const guests = ["launch.py", "copy_submission.py"].map((name) => ({host: guestFile(name), inside: `${GUEST_INSIDE}/${name}`}));
  return [
    host.bubblewrap,
    ...bubblewrapArguments({
      user: host.user,
      ownNetwork: true,
      readOnly: [
        ...readOnly,
        ...guests,
        {host: join(folder, "orders"), inside: `${GUEST_INSIDE}/orders`},
        {host: workspace, inside: "/workspace"},
      ],
      writable: [{host: copies, inside: "/destination"}],
      temporaryBytes: 1 << 20,
      sharedMemoryBytes: 1 << 20,
      systemFiles: systemFiles(join(folder, "etc"), {uid: id, gid: id, network: false}),
      devices: [],
      workingFolder: "/",
    }),
    "--",
    ...isolatedPython(interpreter, `${GUEST_INSIDE}/copy_submission.py`),
    `${GUEST_INSIDE}/orders`,
  ];
}

/** Lines to a process and back, one at a time. */
class Helper {
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;
  readonly #gone: Promise<void>;
  #said = "";

  constructor(readonly child: ChildProcess) {
    this.#reader = createInterface({input: child.stdout!});
    this.#lines = this.#reader[Symbol.asyncIterator]();
    this.#gone = new Promise((resolve) => child.once("close", () => resolve()).once("error", () => resolve()));
    child.stdin!.on("error", () => {});
    child.stderr!.on("data", (chunk) => {
      this.#said = `${this.#said}${chunk}`.slice(-2000);
    });
  }

  async next(): Promise<string> {
    const timer = setTimeout(() => this.child.kill("SIGKILL"), 1000 * SECONDS);
    const {value, done} = await this.#lines.next();
    clearTimeout(timer);
    if (!done) return value;
    await this.#gone;
    const problem = `the helper that copies submissions has ended${this.#said === "" ? "" : `: ${this.#said.trim().split("\n").at(-1)}`}`;
    throw new RebenchError("no-sandbox", {problem, hint: "Take the attempt up again with: rebench resume"});
  }

  ask(line: string): Promise<string> {
    this.child.stdin!.write(`${line}\n`);
    return this.next();
  }

  async close(): Promise<void> {
    this.child.stdin!.end();
    const timer = setTimeout(() => this.child.kill("SIGKILL"), 2000);
    await this.#gone;
    clearTimeout(timer);
  }
}
