import {execFile} from "node:child_process";
import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll} from "vitest";

export type Outcome = {status: number; stdout: string; stderr: string};

export const main = join(import.meta.dirname, "..", "..", "dist", "cli", "main.js");

/** Runs the compiled command line as a process of its own. */
export function rebench(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const {FORCE_COLOR: _, NO_COLOR: __, ...rest} = process.env;
  return new Promise((resolve) => {
    const options = {cwd: folder, env: {...rest, ...env}, maxBuffer: 1 << 28};
    const child = execFile(process.execPath, [main, ...args], options, (_error, stdout, stderr) => {
      resolve({status: child.exitCode ?? -1, stdout, stderr});
    });
  });
}

/** A folder of its own for a test file, gone afterwards. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "rebench-cli-"));
  afterAll(() => rmSync(folder, {recursive: true, force: true}));
  return folder;
}

/** Lines wider than a terminal of 80 columns. */
export const tooWide = (text: string): string[] => text.split("\n").filter((line) => [...line].length > 80);
