import {spawn, spawnSync} from "node:child_process";
import {existsSync, mkdirSync, readFileSync, statSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {type Judge, type JudgeSpec, openJudge} from "../../../src/runner/sandbox/judge.js";
import {processesOfUser} from "../../../src/runner/sandbox/processes.js";
import {anySandbox, attemptFolder, controlGroups, isRoot, noBubblewrap, processesWith, shell, skipped, toolchain} from "./sandboxes.js";

const limits = {memoryBytes: 300e6, processes: 40, diskBytes: 50e6, cpus: null};

async function opened(changes: Partial<JudgeSpec> = {}): Promise<Judge & {attempt: string}> {
  const attempt = attemptFolder();
  for (const name of ["copy", "judge", "visible", "protected"]) mkdirSync(join(attempt, name));
  writeFileSync(join(attempt, "copy", "solution.py"), "submitted");
  writeFileSync(
    join(attempt, "judge", "judge.py"),
    "import sys; print(open('/submission/solution.py').read(), sys.argv[1], sys.stdin.read())",
  );
  writeFileSync(join(attempt, "visible", "data"), "visible");
  writeFileSync(join(attempt, "protected", "labels"), "protected-secret");
  const spec = {id: "test", submission: join(attempt, "copy"), files: join(attempt, "judge"), visible: join(attempt, "visible")};
  return {...(await openJudge({...spec, environment: {GIVEN: "1"}, limits, gpus: [], ...changes}, {toolchain})), attempt};
}

const run = ({prefix}: Judge, command: string[], input = "") =>
  spawnSync(prefix[0]!, [...prefix.slice(1), ...command], {
    encoding: "utf8",
    input,
    env: {...process.env, API_KEY: "sk-judge"},
    timeout: 30_000,
  });

describe.skipIf(noBubblewrap !== null)(`a judge sandbox${skipped}`, () => {
  it("runs the environment's judge on the copy, over pipes, and gives its status", async () => {
    const judge = await opened();
    expect(run(judge, ["python3", "/judge/judge.py", "argument ü"], "input")).toMatchObject({
      stdout: "submitted argument ü input\n",
      stderr: "",
      status: 0,
    });
    expect(run(judge, ["sh", "-c", "exit 9"]).status).toBe(9);
    expect(run(judge, ["sh", "-c", "kill -SEGV $$"]).status).toBe(128 + 11);
    await judge.close();
  });

  it("has a user of its own, no rights, no network, no key, and no protected data", async () => {
    const [judge, participant] = [await opened(), await anySandbox()];
    const {stdout} = run(judge, [
      "sh",
      "-c",
      "id -u; grep -h -E '^Cap(Eff|Prm)|^Seccomp:' /proc/self/status; tail -n +3 /proc/net/dev | cut -d: -f1; env; ls /",
    ]);
    const uid = stdout.split("\n")[0]!;
    expect(uid).not.toBe("0");
    if (isRoot) expect(uid).not.toBe(await shell(participant, "id -u"));
    expect(stdout).toMatch(/CapPrm:\s+0+\nCapEff:\s+0+\nSeccomp:\s+2\n\s+lo\n/);
    expect(stdout).toContain("GIVEN=1");
    expect(stdout).not.toMatch(/sk-judge|API_KEY/);
    for (const folder of ["protected", "copy"]) expect(run(judge, ["ls", join(judge.attempt, folder)]).stderr).toMatch(/No such file/);
    expect(run(judge, ["sh", "-c", "cat /proc/*/cmdline"]).stdout).not.toContain(judge.attempt);
    await judge.close();
  });

  it("can write the exchange folder alone, which lies in memory and is the scorer's too", async () => {
    const judge = await opened();
    writeFileSync(join(judge.exchange, "input"), "from the scorer");
    const script =
      "cat /exchange/input; echo answer > /exchange/output; for f in /submission /judge /data /usr /; do touch $f/new; done; pwd";
    const {stdout, stderr} = run(judge, ["sh", "-c", script]);
    expect(stdout).toBe("from the scorer/exchange\n");
    expect(stderr.match(/Read-only file system/g)).toHaveLength(5);
    expect(readFileSync(join(judge.exchange, "output"), "utf8")).toBe("answer\n");
    expect(statSync(judge.exchange).mode & 0o077).toBe(0);
    if (existsSync("/dev/shm")) expect(judge.exchange).toMatch(/^\/dev\/shm\//);
    await judge.close();
    expect(existsSync(judge.exchange)).toBe(false);
  });

  it("is fresh for each program: nothing stays but the exchange folder, and nobody is left behind", async () => {
    const mark = `mark-${process.pid}-judge`;
    const judge = await opened();
    run(judge, [
      "sh",
      "-c",
      `echo x > /tmp/left; echo x > /dev/shm/left; setsid sh -c 'trap "" TERM HUP; : ${mark}; while :; do sleep 0.05; done' & sleep 0.1`,
    ]);
    expect(processesWith(mark)).toEqual([]);
    expect(run(judge, ["sh", "-c", "ls /tmp /dev/shm"]).stdout).toBe("/dev/shm:\n\n/tmp:\n");
    await judge.close();
  });

  it("has limits on memory and processes", async () => {
    const judge = await opened();
    expect(run(judge, ["python3", "-c", "x = [bytearray(b'x' * 10**7) for _ in range(60)]"]).status).not.toBe(0);
    const bomb = "import os, time\ntry:\n  while True:\n    if os.fork() == 0: time.sleep(60)\nexcept OSError as e: print(e.errno)";
    expect(run(judge, ["python3", "-c", bomb]).stdout.trim()).toBe("11");
    expect(run(judge, ["python3", "-c", "open('/exchange/big', 'wb').truncate(10**9)"]).status).not.toBe(0);
    await judge.close();
  });

  it("ends with the scorer that started it, and with what it has left when it is closed", async () => {
    const mark = `mark-${process.pid}-scorer`;
    const judge = await opened();
    const stubborn = ["sh", "-c", `trap "" TERM HUP; : ${mark}; while :; do sleep 0.05; done`];
    const scorer = spawn("python3", ["-c", "import subprocess, sys; subprocess.run(sys.argv[1:])", ...judge.prefix, ...stubborn], {
      stdio: "ignore",
    });
    const inside = () => processesWith(mark).filter((line) => /^\s*\d+ sh -c trap/.test(line));
    await expect.poll(() => inside().length, {timeout: 5000}).toBeGreaterThan(0);
    scorer.kill("SIGKILL");
    await expect.poll(() => processesWith(mark), {timeout: 5000}).toEqual([]);
    const another = spawn(judge.prefix[0]!, [...judge.prefix.slice(1), ...stubborn], {stdio: "ignore"});
    await expect.poll(() => inside().length, {timeout: 5000}).toBeGreaterThan(0);
    await judge.close();
    await expect.poll(() => processesWith(mark), {timeout: 5000}).toEqual([]);
    another.kill("SIGKILL");
    if (judge.uid !== null) expect(processesOfUser(judge.uid)).toEqual([]);
    expect(controlGroups().filter((group) => group.includes("rebench-test-judge"))).toEqual([]);
  });
});
