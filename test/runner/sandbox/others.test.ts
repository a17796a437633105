import {chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, describe, expect, it} from "vitest";
import {containerArguments, execArguments} from "../../../src/runner/sandbox/engineArguments.js";
import {engineAnswers, engineSandbox, parseStats} from "../../../src/runner/sandbox/engineSandbox.js";
import {plainSandbox} from "../../../src/runner/sandbox/plainSandbox.js";
import {because} from "../../because.js";
import {attemptFolder, outputOf, processesWith, shell, specOf, toolchain} from "./sandboxes.js";

describe("containers of docker and podman", () => {
  const spec = {
    name: "rebench-x",
    uid: 1_610_004_001,
    network: "none",
    readOnly: [{host: '/data, "raw"', inside: "/data"}],
    writable: [{host: "/runs/a ü/workspace", inside: "/workspace"}],
    limits: {memoryBytes: 1000, processes: 20, diskBytes: 5000, cpus: [0, 3]},
    temporaryBytes: 500,
    gpus: [1, 2],
    workingFolder: "/workspace",
    command: ["sh", "-c", "cat"],
  } as const;
  const after = (args: string[], option: string) => args.flatMap((arg, i) => (args[i - 1] === option ? [arg] : []));

  it("have the restrictions of a sandbox", () => {
    const args = containerArguments("docker", spec);
    expect(args.slice(0, 4)).toEqual(["run", "--rm", "-i", "--init"]);
    expect(args.slice(-4)).toEqual(["rebench-empty:1", "sh", "-c", "cat"]);
    expect(after(args, "--cap-drop")).toEqual(["ALL"]);
    expect(after(args, "--security-opt")).toEqual(["no-new-privileges"]);
    expect(after(args, "--network")).toEqual(["none"]);
    expect(after(args, "--user")).toEqual(["1610004001:1610004001"]);
    expect([after(args, "--memory"), after(args, "--memory-swap"), after(args, "--pids-limit")]).toEqual([["1000"], ["1000"], ["20"]]);
    expect(after(args, "--cpuset-cpus")).toEqual(["0,3"]);
    expect(after(args, "--mount")).toEqual([
      'type=bind,"source=/data, ""raw""",target=/data,readonly',
      "type=bind,source=/runs/a ü/workspace,target=/workspace",
    ]);
    expect(args).toContain("--read-only");
    for (const option of ["--privileged", "--cap-add", "--pid", "-v", "--env"]) expect(args).not.toContain(option);
  });

  it("show the chosen GPUs, as each engine asks for them", () => {
    expect(after(containerArguments("docker", spec), "--gpus")).toEqual(['"device=1,2"']);
    expect(after(containerArguments("podman", spec), "--device")).toEqual(["nvidia.com/gpu=1", "nvidia.com/gpu=2"]);
    expect(containerArguments("docker", {...spec, gpus: []}).join(" ")).not.toMatch(/gpu|device/);
  });

  it("get variables from a file, since everyone sees command lines", () => {
    expect(execArguments("x", "/run/env", "/workspace", ["id"], "i")).toEqual([
      "exec",
      "-i",
      "--env-file",
      "/run/env",
      "--workdir",
      "/workspace",
      "x",
      "id",
    ]);
  });

  it("tell what they use", () => {
    expect(parseStats("12.5MiB / 2GiB|5\n")).toEqual({memoryBytes: 13_107_200, processes: 5});
    expect(parseStats("1.5GB / 2GB|12")).toEqual({memoryBytes: 1.5e9, processes: 12});
  });

  it("are driven through the engine's command line", async () => {
    // A stand-in that writes down how it was called. The only thing that it ever runs are the two harmless programs of this test, by name.
    const folder = mkdtempSync(join(tmpdir(), "rebench-engine-"));
    const log = join(folder, "log");
    writeFileSync(
      join(folder, "docker"),
      `#!/bin/bash
echo "$*" >> ${log}
case "$1 $*" in
  run*) echo ready; exec cat >/dev/null;;
  exec*first-program) echo out; exit 4;;
  exec*second-program) exec sleep 3;;
  top*) printf 'PID\\n1\\n2\\n';;
esac
exit 0\n`,
    );
    chmodSync(join(folder, "docker"), 0o755);
    const path = process.env.PATH;
    process.env.PATH = `${folder}:${path}`;
    try {
      expect(await engineAnswers("docker")).toBe(true);
      const sandbox = await engineSandbox("docker", specOf(attemptFolder(), {environment: {SECRET: "token"}}), {
        toolchain,
        runtime: folder,
      });
      expect(await outputOf(sandbox, ["first-program"])).toMatchObject({exitCode: 4, output: "out\n"});
      expect(await outputOf(sandbox, ["second-program"], {timeoutSeconds: 0.3})).toMatchObject({timedOut: true, signal: "SIGKILL"});
      await sandbox.freeze();
      await sandbox.thaw();
      await sandbox.stop(0);
      await sandbox.ended;
      const calls = readFileSync(log, "utf8");
      for (const call of [
        "info",
        "image inspect rebench-empty:1",
        "run --rm -i --init",
        "exec --env-file",
        "pause rebench-test",
        "unpause rebench-test",
        "kill rebench-test",
      ]) {
        expect(calls).toMatch(new RegExp(`^${call}`, "m"));
      }
      expect(calls).not.toContain("token");
    } finally {
      process.env.PATH = path;
      rmSync(folder, {recursive: true, force: true});
    }
  });
});

const answers = (await engineAnswers("docker")) ? "docker" : (await engineAnswers("podman")) ? "podman" : null;

it.skipIf(answers === null)(
  `a real container confines${because(answers === null ? "neither docker nor podman answers" : null)}`,
  async () => {
    const sandbox = await engineSandbox(answers!, specOf(attemptFolder()), {toolchain});
    const status = await shell(
      sandbox,
      "id -u; grep -E '^Cap(Eff|Bnd)|^NoNewPrivs' /proc/self/status; tail -n +3 /proc/net/dev | cut -d: -f1",
    );
    expect(status).toMatch(/^\d+\nCapEff:\s+0+\nCapBnd:\s+0+\nNoNewPrivs:\s+1\n\s+lo$/);
    expect(status).not.toMatch(/^0\n/);
    await sandbox.stop(1);
  },
);

describe("no sandbox", () => {
  beforeEach(() => {
    process.env.OPENAI_API_KEY = "sk-secret-of-the-host";
  });
  afterEach(() => {
    delete process.env.OPENAI_API_KEY;
  });

  it("runs programs in the workspace with a cleared environment, and says what it is", async () => {
    const attempt = attemptFolder();
    const sandbox = plainSandbox(specOf(attempt, {environment: {TASK: "x"}, readOnly: [{host: attempt, inside: "/data"}]}), {toolchain});
    expect(sandbox.mechanism).toEqual({sandbox: "none", isolation: "none", limits: "none", freezer: "none"});
    expect(await shell(sandbox, "pwd; echo $TASK; env | grep -c KEY")).toBe(`${join(attempt, "workspace")}\nx\n0`);
    expect(sandbox.seenAs("/data/a")).toBe(join(attempt, "a"));
    expect(sandbox.seenAs("/workspace")).toBe(join(attempt, "workspace"));
    expect(sandbox.seenAs("/usr/bin/env")).toBe("/usr/bin/env");
    expect(await outputOf(sandbox, ["nosuch"])).toMatchObject({exitCode: 127});
    expect(await outputOf(sandbox, ["sleep", "60"], {timeoutSeconds: 0.2})).toMatchObject({timedOut: true, signal: "SIGKILL"});
    await sandbox.stop(0);
  });

  it("ends what is still in the sessions of its programs", async () => {
    const mark = `mark-${process.pid}-plain`;
    const sandbox = plainSandbox(specOf(attemptFolder()), {toolchain});
    await shell(sandbox, `sh -c 'trap "" TERM; : ${mark}; while :; do sleep 0.05; done' >/dev/null 2>&1 & sleep 0.1`);
    expect(processesWith(mark)).toHaveLength(1);
    await sandbox.stop(0.1);
    expect(processesWith(mark)).toEqual([]);
    await sandbox.ended;
  });
});
