import {readFileSync, rmdirSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";
import {RebenchError} from "../../errors.js";

/** Whether the value was taken: not every kernel has every file, and not every file may be written. */
export function tryWrite(folder: string, name: string, value: string): boolean {
  try {
    writeFileSync(join(folder, name), value);
    return true;
  } catch {
    return false;
  }
}

export const readGroupFile = (folder: string, name: string): string => readFileSync(join(folder, name), "utf8").trim();

export function tryRead(folder: string, name: string): string | null {
  try {
    return readGroupFile(folder, name);
  } catch {
    return null;
  }
}

/** Waits until a control group says so: it does a few milliseconds after the last process has stopped. */
export async function waitFor(condition: () => boolean, what: string, seconds = 10): Promise<void> {
  const end = performance.now() + 1000 * seconds;
  for (let pause = 0.5; !condition(); pause = Math.min(20, 1.5 * pause)) {
    if (performance.now() > end) {
      throw new RebenchError("no-sandbox", {
        problem: `${what} does not happen within ${seconds} seconds`,
        hint: "A process may hang in the kernel (state D in `ps`): a disk or network file system that does not answer.",
      });
    }
    await sleep(pause);
  }
}

/** Removes empty groups; the kernel needs a moment after the last process. Says which are left. */
export async function removeGroups(folders: readonly string[], seconds = 2): Promise<string[]> {
  const end = performance.now() + 1000 * seconds;
  let left = [...folders];
  for (;;) {
    left = left.filter((folder) => !removed(folder));
    if (left.length === 0 || performance.now() > end) return left;
    await sleep(10);
  }
}

function removed(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

/** A number such as `4096`, or what `memory.stat` says beside a name. */
export function numberIn(text: string | null, name?: string): number {
  if (text === null) return 0;
  if (name === undefined) return Number(text);
  return Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1] ?? 0);
}
