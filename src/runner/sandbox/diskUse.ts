import {execFile} from "node:child_process";
import {statfsSync} from "node:fs";
import {promisify} from "node:util";

const SECONDS = 60;

/** Bytes that a folder takes on disk, hard links once. `du` follows no links, not even ones that replace a folder while it looks. */
export async function folderBytes(folder: string): Promise<number> {
  try {
    const {stdout} = await promisify(execFile)("du", ["-sx", "-B1", "--", folder], {timeout: 1000 * SECONDS, env: {PATH: "/usr/bin:/bin"}});
    return Number(stdout.split("\t")[0]);
  } catch (error) {
    const {stdout} = error as {stdout?: string}; // a file went while it was counted: it still prints the sum
    return Number(stdout?.split("\t")[0] || 0);
  }
}

/** Bytes in use on a file system that is mounted in a sandbox. 0 when the sandbox is gone. */
export function mountedBytes(holder: number, inside: string): number {
  try {
    const {blocks, bfree, bsize} = statfsSync(`/proc/${holder}/root${inside}`);
    return (blocks - bfree) * bsize;
  } catch {
    return 0;
  }
}
