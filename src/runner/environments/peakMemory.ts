import {readdirSync, readFileSync} from "node:fs";

const [FIRST_MILLISECONDS, INTERVAL_MILLISECONDS] = [10, 100];

/**
 * Watches the memory of all processes below this one: resident pages, shared ones counted in each. Looks ten times a second, more often
 * at first, when short work would be missed; shorter peaks are missed.
 *
 * @returns Ends the watch, with the most bytes that were seen; null where this system has no `/proc`.
 */
export function watchPeakMemory(root = process.pid): () => number | null {
  let peak: number | null = null;
  const look = () => {
    const bytes = memoryBelow(root);
    if (bytes !== null) peak = Math.max(peak ?? 0, bytes);
  };
  let timer: NodeJS.Timeout;
  const lookIn = (milliseconds: number) => {
    timer = setTimeout(() => {
      look();
      lookIn(Math.min(2 * milliseconds, INTERVAL_MILLISECONDS));
    }, milliseconds);
  };
  lookIn(FIRST_MILLISECONDS);
  return () => {
    clearTimeout(timer);
    return peak;
  };
}

type Process = {pid: number; parent: number; bytes: number};

function memoryBelow(root: number): number | null {
  const all = processes();
  if (all === null) return null;
  const below = new Set([root]);
  for (let before = 0; before < below.size; ) {
    before = below.size;
    for (const {pid, parent} of all) if (below.has(parent)) below.add(pid);
  }
  return all.filter(({pid}) => pid !== root && below.has(pid)).reduce((sum, {bytes}) => sum + bytes, 0);
}

function processes(): Process[] | null {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap(readProcess);
  } catch {
    return null;
  }
}

function readProcess(name: string): Process[] {
  try {
    const status = readFileSync(`/proc/${name}/status`, "utf8");
    const field = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
    return [{pid: Number(name), parent: field("PPid"), bytes: 1024 * field("VmRSS")}];
  } catch {
    return []; // it has ended
  }
}
