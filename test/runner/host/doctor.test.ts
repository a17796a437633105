import {hostname, userInfo} from "node:os";
import {expect, it} from "vitest";
import {RebenchError} from "../../../src/errors.js";
import {attemptSchema} from "../../../src/record/attempt.js";
import {controlGroupFinding} from "../../../src/runner/host/checks/controlGroupFinding.js";
import {diskFinding} from "../../../src/runner/host/checks/diskFinding.js";
import {gpuFindings} from "../../../src/runner/host/checks/gpuFindings.js";
import {nodeFinding} from "../../../src/runner/host/checks/nodeFinding.js";
import {sandboxFinding} from "../../../src/runner/host/checks/sandboxFinding.js";
import {socketFinding} from "../../../src/runner/host/checks/socketFinding.js";
import {gpus} from "../../../src/runner/host/gpus.js";
import {hostFingerprint} from "../../../src/runner/host/hostFingerprint.js";
import type {ControlGroup} from "../../../src/runner/sandbox/cgroups.js";
import {ownFolders} from "../../../src/runner/sandbox/cgroups.js";

// As nvidia-smi 535 prints it on a machine with two cards.
const TWO = "0, NVIDIA H100 80GB HBM3, 535.129.03, 81559, 81000\n1, NVIDIA H100 80GB HBM3, 535.129.03, 81559, 12000\n";
const says =
  (stdout: string, status: number | null = 0, stderr = "") =>
  () =>
    Promise.resolve({status, stdout, stderr});

it("reads GPUs from nvidia-smi, none where it is missing, and tells why where it fails", async () => {
  expect(await gpus(says(TWO))).toEqual({
    gpus: [
      {index: 0, name: "NVIDIA H100 80GB HBM3", driver: "535.129.03", memoryGb: 79.6, freeMemoryGb: 79.1},
      {index: 1, name: "NVIDIA H100 80GB HBM3", driver: "535.129.03", memoryGb: 79.6, freeMemoryGb: 11.7},
    ],
    problem: null,
  });
  expect(await gpus(says("", null, "spawn nvidia-smi ENOENT"))).toEqual({gpus: [], problem: null});
  expect(await gpus(says("Failed to initialize NVML: Driver/library version mismatch\n", 18))).toEqual({
    gpus: [],
    problem: "Failed to initialize NVML: Driver/library version mismatch",
  });
  expect(await gpus(says("No devices were found\n", 6))).toEqual({gpus: [], problem: "No devices were found"});
});

it("warns of GPUs that are missing, broken, busy, or without device files", async () => {
  const list =
    (stdout: string, status = 0) =>
    () =>
      gpus(says(stdout, status));
  const statuses = async (findings: Promise<{status: string}[]>) => (await findings).map(({status}) => status);
  expect(await statuses(gpuFindings(null, list(TWO), () => true))).toEqual(["ok", "warn"]);
  expect(await statuses(gpuFindings(null, list(TWO), (path) => path === "/dev/nvidia1"))).toEqual(["warn", "warn"]);
  const [absent] = await gpuFindings(null, list(TWO), () => false);
  expect(absent!.advice).toContain("nvidia-modprobe");
  expect(await statuses(gpuFindings(null, list(""), () => true))).toEqual(["warn"]);
  expect(await statuses(gpuFindings(null, list("No devices were found", 6), () => true))).toEqual(["warn"]);
});

it("wants Node 20.19", () => {
  const status = (version: string) => nodeFinding(version).status;
  expect(["18.20.1", "20.18.9", "20.19.0", "22.0.0"].map(status)).toEqual(["missing", "missing", "ok", "ok"]);
});

it("names the sandbox that --sandbox auto takes, or all that stands in the way", async () => {
  const problem = (name: string) => new RebenchError("no-sandbox", {problem: `${name} is not there`, hint: `get ${name}`});
  const none = {bubblewrap: problem("bwrap"), docker: problem("docker"), podman: problem("podman")};
  expect(await sandboxFinding(async () => none)).toEqual({
    check: "Sandbox",
    status: "missing",
    found: "bwrap is not there; docker is not there; podman is not there",
    advice: "get bwrap",
  });
  expect(await sandboxFinding(async () => ({...none, podman: null}))).toMatchObject({status: "ok", found: "podman"});
  const all = await sandboxFinding(async () => ({bubblewrap: null, docker: null, podman: problem("podman")}));
  expect(all).toMatchObject({status: "ok", found: expect.stringMatching(/^bubblewrap .*; also docker$/)});
});

it("warns where limits or freezer are no control groups", async () => {
  const group: ControlGroup = {
    ...{version: "cgroup-v1", folders: [], joinFiles: [], hasLimits: true, hasCpus: true},
    ...{freeze: async () => {}, thaw: null, usage: null, kill: null},
  };
  expect(await controlGroupFinding(() => [group])).toMatchObject({status: "ok", found: "limits: cgroup-v1; freezer: cgroup-v1"});
  expect(await controlGroupFinding(() => [{...group, freeze: null}])).toMatchObject({
    status: "warn",
    found: "limits: cgroup-v1; freezer: SIGSTOP",
  });
  expect(await controlGroupFinding(() => [])).toMatchObject({status: "warn", found: "limits: rlimit and watchdog; freezer: SIGSTOP"});
});

it("tells by free space", () => {
  const status = (gib: number) => diskFinding("Disk", "/no/such/folder", "move it", () => gib).status;
  expect([500, 10, 9.9, 0.6, 0.4].map(status)).toEqual(["ok", "ok", "warn", "warn", "missing"]);
  expect(diskFinding("Disk", "/no/such/folder", "move it")).toMatchObject({found: expect.stringMatching(/^[\d,.]+ GiB free for/)});
});

it("counts bytes of socket paths, not characters", () => {
  expect(socketFinding("/run/rebench").status).toBe("ok");
  expect(socketFinding(`/run/${"x".repeat(50)}`).status).toBe("missing");
  expect([socketFinding(`/run/${"x".repeat(30)}`), socketFinding(`/run/${"é".repeat(30)}`)].map(({status}) => status)).toEqual([
    "ok",
    "missing",
  ]);
});

it("leaves no control group behind", async () => {
  const before = await controlGroupFinding();
  expect(["ok", "warn"]).toContain(before.status);
  const {readdirSync} = await import("node:fs");
  const folders = [ownFolders().unified, ...Object.values(ownFolders().legacy)].filter((folder) => folder !== null);
  expect(folders.flatMap((folder) => readdirSync(folder)).filter((name) => name.includes("doctor"))).toEqual([]);
});

it("a fingerprint is flat, fits a record, and names no host, user or path", async () => {
  const fingerprint = await hostFingerprint(null);
  expect(fingerprint).toMatchObject({
    cpus: expect.any(Number),
    memoryGb: expect.any(Number),
    node: process.versions.node,
    python: null,
    torch: null,
  });
  expect(attemptSchema.shape.host.parse(fingerprint)).toEqual(fingerprint);
  const values = Object.values(fingerprint).filter((value) => typeof value === "string");
  expect(values.filter((value) => value.includes(hostname()) || value === userInfo().username || value.startsWith("/"))).toEqual([]);
});
