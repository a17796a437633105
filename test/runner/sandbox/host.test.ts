import {execFileSync} from "node:child_process";
import {mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, describe, expect, it} from "vitest";
import {explainBubblewrap} from "../../../src/runner/sandbox/bubblewrapHost.js";
import {cgroupFolders} from "../../../src/runner/sandbox/cgroupMounts.js";
import {makeControlGroups} from "../../../src/runner/sandbox/cgroups.js";
import {gpuDevices} from "../../../src/runner/sandbox/gpuDevices.js";
import {ownerIsAlive, thisOwner} from "../../../src/runner/sandbox/owner.js";
import {chooseSandbox, sandboxProblems} from "../../../src/runner/sandbox/startSandbox.js";
import {pythonToolchain} from "../../../src/runner/sandbox/toolchain.js";
import {dedicatedUser, firstDedicatedUid} from "../../../src/runner/sandbox/users.js";
import {noBubblewrap, toolchain} from "./sandboxes.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rebench-host-"));
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

describe("dedicated user ids", () => {
  const first = 1_620_000_000; // apart from the ones that sandboxes of this machine take

  it("begin where the host maps enough of them", () => {
    expect(firstDedicatedUid("         0          0 4294967295\n")).toBe(1_610_000_000);
    expect(firstDedicatedUid("0 1000 1\n1 100000 65536\n")).toBe(65537 - 4000);
    expect(firstDedicatedUid("0 1000 1\n")).toBeNull();
  });

  it("differ while they are held, and come back", () => {
    const users = Array.from({length: 5}, () => dedicatedUser(folder, first));
    expect(new Set(users.map(({uid}) => uid)).size).toBe(5);
    users[2]!.release();
    expect(dedicatedUser(folder, first).uid).toBe(users[2]!.uid);
    for (const user of users) user.release();
  });

  it("are taken from owners that have died, and from no other", () => {
    const locks = join(folder, "users");
    mkdirSync(locks);
    const owner = thisOwner();
    const lock = (uid: number, changes: object) =>
      writeFileSync(join(locks, String(uid)), JSON.stringify({...owner, token: `t${uid}`, ...changes}));
    lock(first, {}); // lives
    lock(first + 1, {pid: 1, pidNamespace: "pid:[1]"}); // in another container: nobody can tell
    lock(first + 2, {startTicks: "1"}); // a later process has its number
    lock(first + 3, {bootId: "before"}); // the machine was started again
    writeFileSync(join(locks, String(first + 4)), "{"); // being written
    expect([dedicatedUser(folder, first).uid, dedicatedUser(folder, first).uid, dedicatedUser(folder, first).uid]).toEqual([
      first + 2,
      first + 3,
      first + 5,
    ]);
    expect(readdirSync(locks).every((name) => /^\d+$/.test(name))).toBe(true);
  });

  it("are never given to two of many that ask at once for what a dead one left", async () => {
    mkdirSync(join(folder, "users"));
    for (let i = 0; i < 8; ++i)
      writeFileSync(join(folder, "users", String(first + i)), JSON.stringify({...thisOwner(), startTicks: "1", token: `t${i}`}));
    const users = await Promise.all(Array.from({length: 8}, async () => dedicatedUser(folder, first)));
    expect(new Set(users.map(({uid}) => uid)).size).toBe(8);
  });
});

it("an owner is a process, not a number", () => {
  expect(ownerIsAlive(thisOwner())).toBe(true);
  expect(ownerIsAlive({...thisOwner(), startTicks: "0"})).toBe(false);
  expect(ownerIsAlive({...thisOwner(), pid: 2 ** 22 + 1})).toBe(false);
});

describe("control groups", () => {
  it("are found where the kernel says that they are", () => {
    const mounts = `22 1 0:20 / / rw - ext4 /dev/vda rw
30 22 0:26 / /sys/fs/cgroup/unified rw,nosuid - cgroup2 cgroup2 rw
31 22 0:27 / /sys/fs/cgroup/cpu,cpuacct rw shared:5 - cgroup cgroup rw,cpu,cpuacct
32 22 0:28 /docker/abc /sys/fs/cgroup/mem\\040ory rw shared:6 - cgroup cgroup rw,memory`;
    const own = "4:memory:/docker/abc/inner\n3:cpu,cpuacct:/a b\n1:name=systemd:/x\n0::/user.slice\n";
    expect(cgroupFolders(mounts, own)).toEqual({
      unified: "/sys/fs/cgroup/unified/user.slice",
      legacy: {cpu: "/sys/fs/cgroup/cpu,cpuacct/a b", cpuacct: "/sys/fs/cgroup/cpu,cpuacct/a b", memory: "/sys/fs/cgroup/mem ory/inner"},
    });
    expect(cgroupFolders("22 1 0:20 / / rw - ext4 /dev/vda rw", "")).toEqual({unified: null, legacy: {}});
    expect(cgroupFolders("30 22 0:26 / /cg rw - cgroup2 c rw", "0::/../other").unified).toBe("/cg");
  });

  it("are not made where there are none, and what is half made is taken away", () => {
    const limits = {memoryBytes: 1e6, processes: 5, diskBytes: null, cpus: [0]};
    const any = {limits: ["cgroup-v2", "cgroup-v1"], freezer: ["cgroup-v2", "cgroup-v1"]} as Parameters<typeof makeControlGroups>[2];
    expect(makeControlGroups("x", limits, any, {unified: null, legacy: {}})).toEqual([]);
    expect(makeControlGroups("x", limits, any, {unified: join(folder, "none"), legacy: {memory: join(folder, "none")}})).toEqual([]);
  });

  it("of version 2 are not taken for made where a folder only looks like a group", () => {
    const app = join(folder, "app");
    mkdirSync(join(app, "own"), {recursive: true});
    for (const group of [app, join(app, "own")]) writeFileSync(join(group, "cgroup.procs"), "");
    writeFileSync(join(app, "cgroup.subtree_control"), "cpuset memory pids");
    const limits = {memoryBytes: 5e6, processes: 7, diskBytes: null, cpus: [0, 2]};
    expect(makeControlGroups("id", limits, undefined, {unified: join(app, "own"), legacy: {}})).toEqual([]); // no real group: it has no files
    expect(readdirSync(app).filter((name) => name.startsWith("rebench"))).toEqual([]);
  });
});

describe("why there is no sandbox", () => {
  const settings = (file: string, value: string) => (asked: string) => (asked === file ? value : null);
  it.each([
    ["/proc/sys/kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"],
    ["/proc/sys/user/max_user_namespaces", "0", "sysctl user.max_user_namespaces="],
    ["/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "AppArmor profile for bwrap"],
  ])("is told to ordinary users by the setting that forbids it: %s", (file, value, allow) => {
    const error = explainBubblewrap("bwrap: setting up uid map: Permission denied", false, settings(file, value));
    expect(error.code).toBe("no-sandbox");
    expect(error.problem).toBe("bubblewrap cannot make a sandbox: bwrap: setting up uid map: Permission denied");
    expect(error.hint).toContain(`${file} is ${value}`);
    expect(error.hint).toContain(allow);
  });

  it("is told to root as what it looks like", () => {
    const error = explainBubblewrap("bwrap: Creating new namespace failed: Operation not permitted", true, () => null);
    expect(error.hint).toMatch(/container.*--privileged/);
    expect(explainBubblewrap("bwrap: Can't find source path /x", false, () => null).hint).toContain("rebench doctor");
  });

  it("is never answered by going without one", async () => {
    const path = process.env.PATH;
    process.env.PATH = folder;
    try {
      await expect(chooseSandbox("auto")).rejects.toThrow(
        /not installed; and neither docker nor podman answers\n.*apt-get install bubblewrap/s,
      );
      await expect(chooseSandbox("bubblewrap")).rejects.toThrow(/bubblewrap \(bwrap\) is not installed/);
      await expect(chooseSandbox("docker")).rejects.toThrow(/docker does not answer/);
    } finally {
      process.env.PATH = path;
    }
    expect(await chooseSandbox("none")).toBe("none");
    if (noBubblewrap === null) expect(await chooseSandbox("auto")).toBe("bubblewrap");
    expect((await sandboxProblems()).bubblewrap?.problem ?? null).toBe(noBubblewrap);
  });

  it("is an old bubblewrap that cannot limit /tmp", async () => {
    writeFileSync(join(folder, "bwrap"), "#!/bin/sh\necho usage\n", {mode: 0o755});
    const path = process.env.PATH;
    process.env.PATH = folder;
    try {
      await expect(chooseSandbox("bubblewrap")).rejects.toThrow(/too old/);
    } finally {
      process.env.PATH = path;
    }
  });
});

describe("a toolchain", () => {
  it("is an interpreter with its own folders and nothing else of a home", () => {
    expect(toolchain.readOnly.map(({inside}) => inside)).not.toContain("/root");
    for (const {host, inside} of toolchain.readOnly) expect(host === inside || host === toolchain.interpreter).toBe(true);
  });

  it("shows a virtual environment, the Python below it, and links between them", async () => {
    execFileSync(toolchain.python, ["-m", "venv", "--without-pip", join(folder, "venv ü")]);
    mkdirSync(join(folder, "shims"));
    symlinkSync(join(folder, "venv ü", "bin", "python"), join(folder, "shims", "python"));
    const {readOnly, python, path} = await pythonToolchain(join(folder, "venv ü", "bin", "python"));
    expect(python).toBe(join(folder, "venv ü", "bin", "python"));
    expect(readOnly.map(({inside}) => inside)).toContain(join(folder, "venv ü"));
    expect(path[0]).toBe(join(folder, "venv ü", "bin"));
  });

  it("is missing in words", async () => {
    await expect(pythonToolchain(join(folder, "python"))).rejects.toThrow(/cannot run .*python.*\n.*apt-get install python3/s);
  });
});

it("GPUs are the chosen ones, with the nodes that drive them", () => {
  const has = new Set(["/dev/nvidia0", "/dev/nvidia1", "/dev/nvidia2", "/dev/nvidiactl", "/dev/nvidia-uvm"]);
  const shown = gpuDevices([0, 2], (path) => has.has(path)).filter((_, i, all) => all[i - 1] === "--dev-bind");
  expect(shown).toEqual(["/dev/nvidia0", "/dev/nvidia2", "/dev/nvidiactl", "/dev/nvidia-uvm"]);
  expect(gpuDevices([], () => true)).toEqual([]);
  expect(() => gpuDevices([3], (path) => has.has(path))).toThrow(/no \/dev\/nvidia3/);
});
