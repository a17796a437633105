import {readFileSync} from "node:fs";
import {availableParallelism, cpus, release, totalmem} from "node:os";
import {toolVersion} from "../../assets.js";
import type {Python} from "./findPython.js";
import {GIBIBYTE} from "./gibibyte.js";
import {type Gpu, gpus} from "./gpus.js";
import {pythonPackages} from "./pythonPackages.js";

/** Packages whose versions a score may depend on. */
const PACKAGES = ["torch", "numpy", "safetensors", "triton", "transformers"];

export type Fingerprint = Record<string, string | number | boolean | null>;

/**
 * What this host is, as a record's `host`: hardware and versions that scores and times depend on. No names of hosts or users, no paths.
 * Memory in GiB. Null: not there.
 *
 * @param python Null where none was found.
 * @param chosen Numbers of the GPUs that an attempt uses; null for all.
 */
export async function hostFingerprint(python: Python | null, chosen: readonly number[] | null = null): Promise<Fingerprint> {
  const [found, packages] = await Promise.all([gpus(), python === null ? {} : pythonPackages(python, PACKAGES)]);
  const used = found.gpus.filter(({index}) => chosen === null || chosen.includes(index));
  return {
    ...processors(),
    ...gpuFacts(used),
    os: operatingSystem(),
    kernel: `${process.platform} ${release()}`,
    architecture: process.arch,
    node: process.versions.node,
    python: python?.version ?? null,
    ...Object.fromEntries(PACKAGES.map((name) => [name, (packages as Record<string, string | null>)[name] ?? null])),
    rebench: toolVersion,
  };
}

/** `cpus` are those that this process may use. */
const processors = () => ({
  cpu: cpus()[0]?.model.trim() || processorName(),
  cpus: availableParallelism(),
  memoryGb: Math.round((totalmem() / GIBIBYTE) * 10) / 10,
});

const gpuFacts = (used: readonly Gpu[]): Fingerprint => ({
  gpus: used.length,
  gpu: joined(used.map(({name}) => name)),
  gpuDriver: joined(used.map(({driver}) => driver)),
  gpuMemoryGb: used.length === 0 ? null : Math.min(...used.map(({memoryGb}) => memoryGb)),
});

const joined = (names: readonly string[]): string | null => (names.length === 0 ? null : [...new Set(names)].sort().join(" + "));

/** Kernels on ARM name the part, not the model. */
const processorName = (): string | null => /^(?:model name|Processor|CPU part)\s*:\s*(.+)$/m.exec(read("/proc/cpuinfo"))?.[1] ?? null;

const operatingSystem = (): string => /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(read("/etc/os-release"))?.[1] ?? process.platform;

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
