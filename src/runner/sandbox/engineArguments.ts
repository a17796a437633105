import {existsSync, realpathSync} from "node:fs";
import type {Mount} from "./bubblewrapArguments.js";
import type {SandboxLimits} from "./sandbox.js";

/** A container engine that speaks docker's command line. */
export type Engine = "docker" | "podman";

/** An image without a single file: everything inside is bound from the host. Made from an empty archive, never downloaded. */
export const EMPTY_IMAGE = "rebench-empty:1";

export type ContainerSpec = {
  name: string;
  uid: number;
  network: "none" | "host";
  readOnly: readonly Mount[];
  writable: readonly Mount[];
  limits: SandboxLimits;
  temporaryBytes: number;
  gpus: readonly number[];
  workingFolder: string;
  command: readonly string[];
};

/** Waits for the end of a pipe that only the runner holds; a polite signal to all is not for it. */
export const holderCommand = ["/bin/sh", "-c", 'trap "" TERM HUP INT; echo ready; exec cat >/dev/null'];

/** `/usr` and what stands beside it as folders, since an image without files has no links; and the made-up files of `/etc`. */
export const systemMounts = (systemFiles: readonly string[]): Mount[] => [
  {host: "/usr", inside: "/usr"},
  ...["/bin", "/sbin", "/lib", "/lib64"].filter((folder) => existsSync(folder)).map((inside) => ({host: realpathSync(inside), inside})),
  ...["/etc/ld.so.cache", "/etc/alternatives", "/etc/ssl/certs"]
    .filter((path) => existsSync(path))
    .map((inside) => ({host: inside, inside})),
  ...systemFiles.flatMap((option, i) => (option.startsWith("--ro-bind") ? [{host: systemFiles[i + 1]!, inside: systemFiles[i + 2]!}] : [])),
];

/** Arguments that start a container with the restrictions of a sandbox. It reads a pipe of its runner and ends with it. */
export const containerArguments = (engine: Engine, spec: ContainerSpec): string[] => [
  ...["run", "--rm", "-i", "--init", "--name", spec.name, "--hostname", "rebench", "--pull", "never"],
  ...["--network", spec.network, "--ipc", "private", "--read-only", "--user", `${spec.uid}:${spec.uid}`],
  ...["--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
  ...limitArguments(spec.limits),
  ...["--shm-size", String(spec.temporaryBytes), "--tmpfs", `/tmp:rw,exec,nosuid,nodev,mode=1777,size=${spec.temporaryBytes}`],
  ...[...spec.readOnly.map((mount) => ({...mount, rw: false})), ...spec.writable.map((mount) => ({...mount, rw: true}))]
    .sort((a, b) => a.inside.length - b.inside.length)
    .flatMap(({host, inside, rw}) => ["--mount", mountOption(host, inside, rw)]),
  ...gpuArguments(engine, spec.gpus),
  ...["--workdir", spec.workingFolder, EMPTY_IMAGE, ...spec.command],
];

const limitArguments = ({memoryBytes, processes, cpus, diskBytes}: SandboxLimits): string[] => [
  ...["--pids-limit", String(processes), "--ulimit", "core=0"],
  ...(memoryBytes === null ? [] : ["--memory", String(memoryBytes), "--memory-swap", String(memoryBytes)]),
  ...(cpus === null ? [] : ["--cpuset-cpus", cpus.join(",")]),
  ...(diskBytes === null ? [] : ["--ulimit", `fsize=${diskBytes}`]),
];

/** A value of this option is CSV: commas and quotes in a path must be quoted. */
function mountOption(host: string, inside: string, writable: boolean): string {
  const quoted = (text: string) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return ["type=bind", quoted(`source=${host}`), quoted(`target=${inside}`), ...(writable ? [] : ["readonly"])].join(",");
}

const gpuArguments = (engine: Engine, gpus: readonly number[]): string[] =>
  gpus.length === 0
    ? []
    : engine === "docker"
      ? ["--gpus", `"device=${gpus.join(",")}"`]
      : gpus.flatMap((gpu) => ["--device", `nvidia.com/gpu=${gpu}`]);

/** Arguments that run a program in a running container. Variables come from a file: command lines are seen by every user of the host. */
export const execArguments = (
  name: string,
  environmentFile: string,
  folder: string,
  command: readonly string[],
  interactive: "" | "i" | "it",
): string[] => [
  ...["exec", ...(interactive === "" ? [] : [`-${interactive}`])],
  ...["--env-file", environmentFile, "--workdir", folder, name, ...command],
];
