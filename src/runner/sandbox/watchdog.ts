import {readdirSync, readFileSync, readlinkSync, statSync} from "node:fs";
import {signalAll} from "./processes.js";

const INTERVAL_MILLISECONDS = 250;

/**
 * Where no control group limits memory: adds it up a few times a second, and ends the largest process when it is too much, as the kernel
 * would. What grows faster than that gets through for a moment.
 * @param list The processes of the sandbox.
 * @param elsewhere Memory besides: what lies in memory-backed folders.
 */
export function watchMemory(limitBytes: number, list: () => number[], elsewhere: () => number): () => void {
  const timer = setInterval(() => {
    const sizes = list().map((pid) => ({pid, bytes: memoryOfProcess(pid)}));
    if (sizes.reduce((sum, {bytes}) => sum + bytes, elsewhere()) <= limitBytes) return;
    const largest = sizes.sort((a, b) => b.bytes - a.bytes)[0];
    if (largest !== undefined) signalAll([largest.pid], "SIGKILL");
  }, INTERVAL_MILLISECONDS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Bytes: its share of the pages that it has mapped (PSS; RSS where that may not be read), and files in memory that it holds open. */
export const memoryOfProcess = (pid: number): number => (proportional(pid) ?? resident(pid)) + openMemoryFiles(pid);

const field = (text: string, name: string): number => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0);

function proportional(pid: number): number | null {
  const text = read(`/proc/${pid}/smaps_rollup`);
  return text === null ? null : field(text, "Pss");
}

const resident = (pid: number): number => field(read(`/proc/${pid}/status`) ?? "", "VmRSS");

/** `memfd` files: no folder shows them, and what of them is not mapped is in no PSS. */
function openMemoryFiles(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`)
      .map((name) => `/proc/${pid}/fd/${name}`)
      .filter((path) => readlinkSync(path).startsWith("/memfd:"))
      .reduce((sum, path) => sum + 512 * statSync(path).blocks, 0);
  } catch {
    return 0;
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
