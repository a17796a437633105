import {describe, expect, it} from "vitest";
import {removeGroups} from "../../../src/runner/sandbox/cgroupFiles.js";
import {anyCgroup, makeControlGroups} from "../../../src/runner/sandbox/cgroups.js";
import type {SandboxLimits} from "../../../src/runner/sandbox/sandbox.js";
import {because} from "../../because.js";
import {anySandbox, isRoot, noBubblewrap, outputOf, shell, skipped, skippedForUser} from "./sandboxes.js";

const MB = 1e6;
const limits: SandboxLimits = {memoryBytes: 200 * MB, processes: 40, diskBytes: 50 * MB, cpus: null};
const without = {limits: [], freezer: []};

// On each host what it has: control groups of one version where it gives the runner any, and always what does without.
const kinds = [
  {name: "by control groups", cgroups: anyCgroup},
  {name: "by rlimits and a watchdog", cgroups: without},
];

async function hasGroups(): Promise<boolean> {
  const groups = makeControlGroups(`probe-${process.pid}`, limits);
  await removeGroups(groups.flatMap(({folders}) => folders));
  return groups.some(({hasLimits}) => hasLimits);
}
const noGroups = !(await hasGroups());

for (const {name, cgroups} of kinds) {
  const skip = noBubblewrap !== null || (cgroups !== without && noGroups);
  describe.skipIf(skip)(`limits ${name}${skipped}${because(cgroups !== without && noGroups ? "no control groups here" : null)}`, () => {
    it("are the ones that the sandbox says it has", async () => {
      const sandbox = await anySandbox({limits}, {cgroups});
      const expected = cgroups === without ? /^rlimit-and-watchdog$/ : /^cgroup-v[12]$/;
      expect(sandbox.mechanism.limits).toMatch(expected);
    });

    it("contain a fork bomb", async () => {
      const sandbox = await anySandbox({limits}, {cgroups});
      const bomb = `import os, time
count = 0
try:
    while True:
        if os.fork() == 0: time.sleep(60)
        count += 1
except OSError as error: print(error.errno, count < 40)`;
      expect((await outputOf(sandbox, ["python3", "-c", bomb])).output.trim()).toBe("11 True");
      expect((await sandbox.usage()).processes).toBeLessThanOrEqual(40);
      const before = performance.now();
      await sandbox.stop(0);
      expect(performance.now() - before).toBeLessThan(5000);
    });

    it("end what takes too much memory, and the rest goes on", async () => {
      const sandbox = await anySandbox({limits}, {cgroups});
      const hog = `import time
held = []
for _ in range(60): held.append(bytearray(b"x" * 10**7)); time.sleep(0.02)
time.sleep(20)`;
      const {exitCode, signal} = await outputOf(sandbox, ["python3", "-c", hog], {timeoutSeconds: 30});
      expect({exitCode, signal}).toEqual({exitCode: null, signal: "SIGKILL"});
      expect(await shell(sandbox, "echo goes on")).toBe("goes on");
      expect((await sandbox.usage()).memoryBytes).toBeLessThan(limits.memoryBytes!);
    });

    it("count memory that no process has mapped", async () => {
      const sandbox = await anySandbox({limits}, {cgroups});
      const hog = `import os, time
for _ in range(60): os.write(os.memfd_create("hidden"), b"x" * 10**7); time.sleep(0.02)
time.sleep(20)`;
      expect(await outputOf(sandbox, ["python3", "-c", hog], {timeoutSeconds: 30})).toMatchObject({signal: "SIGKILL", timedOut: false});
    });
  });
}

describe.skipIf(noBubblewrap !== null)(`disk and memory-backed folders${skipped}`, () => {
  it("are counted, with the workspace, /tmp and /dev/shm together", async () => {
    const sandbox = await anySandbox({limits});
    const {diskBytes: empty} = await sandbox.usage();
    expect(empty).toBeLessThan(1 * MB);
    await shell(sandbox, "for folder in /workspace /tmp /dev/shm; do head -c 10000000 /dev/zero > $folder/file; done; ln file again");
    const {diskBytes} = await sandbox.usage();
    expect(diskBytes).toBeGreaterThanOrEqual(30 * MB);
    expect(diskBytes).toBeLessThan(32 * MB);
  });

  it("have a size", async () => {
    const sandbox = await anySandbox({limits});
    expect(await shell(sandbox, "head -c 60000000 /dev/zero > /dev/shm/file; stat -c %s /dev/shm/file")).toMatch(
      /(No space left|File (size|too large)).*\n?4\d{7}$|50000000$|49999872$/s,
    );
    const sizes = await shell(sandbox, "df -B1 --output=size /tmp /dev/shm | tail -n +2");
    for (const size of sizes.split("\n").map(Number)) expect(size).toBeLessThanOrEqual(50 * MB + 4096);
  });

  it("take no single file larger than all that may be used", async () => {
    const {output, exitCode} = await outputOf(await anySandbox({limits}), ["sh", "-c", "truncate -s 1T sparse; stat -c %s sparse"]);
    expect({output: output.split("\n").at(-2), exitCode}).toEqual({output: "0", exitCode: 0});
  });

  it("are counted without following links out of the workspace", async () => {
    const sandbox = await anySandbox({limits});
    await shell(sandbox, "ln -s / root; ln -s /usr usr; mkdir d; ln -s .. d/up");
    expect((await sandbox.usage()).diskBytes).toBeLessThan(1 * MB);
  });
});

describe.skipIf(noBubblewrap !== null || !isRoot)(`CPUs${skippedForUser}`, () => {
  it("are the ones that were given", async () => {
    const sandbox = await anySandbox({limits: {...limits, cpus: [0]}});
    expect(await shell(sandbox, "nproc; taskset -p ff $$ >/dev/null 2>&1; nproc")).toBe("1\n1");
  });
});
