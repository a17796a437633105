import {spawn} from "node:child_process";
import {chmodSync, constants, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync} from "node:fs";
import {join} from "node:path";
import type {Tier} from "../../environment/environment.js";
import {RebenchError} from "../../errors.js";

export type DataRequest = {
  python: string;
  environmentFolder: string;
  name: string;
  version: string;
  tier: Tier;
  /** In place of real data that would have to be fetched. */
  synthetic: boolean;
  /** Folder in which prepared data are kept, of all environments. */
  cache: string;
  /** Names of the host's environment that the script needs, with their values. */
  environment: Record<string, string>;
};

/**
 * The prepared data of an environment: made once for each version and tier, outside any clock, and whole or not at all.
 *
 * @returns The folder with `visible` and `protected`.
 * @throws RebenchError `data-missing` with what the script says.
 */
export async function prepareData(request: DataRequest): Promise<string> {
  const {name, version, tier, synthetic, cache} = request;
  const place = join(cache, `${name}-${version}-${tier}${synthetic ? "-synthetic" : ""}`);
  if (existsSync(place)) return place;
  mkdirSync(cache, {recursive: true, mode: 0o755});
  const making = mkdtempSync(`${place}.making-`);
  try {
    await runScript(request, making);
    chmodSync(making, 0o755);
    openToAll(join(making, "visible"));
    chmodSync(join(making, "protected"), 0o700);
    renameSync(making, place);
  } catch (error) {
    rmSync(making, {recursive: true, force: true});
    if (existsSync(place)) return place; // somebody else was faster
    throw error;
  }
  return place;
}

/** Visible data are read by the users that participants are, whatever the umask was. */
function openToAll(path: string): void {
  const {mode} = lstatSync(path);
  const isFolder = (mode & constants.S_IFMT) === constants.S_IFDIR;
  if (!isFolder && (mode & constants.S_IFMT) !== constants.S_IFREG) return;
  chmodSync(path, (mode & 0o7777) | (isFolder || (mode & 0o100) !== 0 ? 0o555 : 0o444));
  if (isFolder) for (const name of readdirSync(path)) openToAll(join(path, name));
}

async function runScript({python, environmentFolder, name, tier, synthetic, environment}: DataRequest, out: string): Promise<void> {
  const args = [join(environmentFolder, "prepare.py"), "--tier", tier, "--out", out, "--data", synthetic ? "synthetic" : "real"];
  const child = spawn(python, args, {
    cwd: environmentFolder,
    env: {...environment, PYTHONDONTWRITEBYTECODE: "1"},
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr = (stderr + chunk).slice(-2000);
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const whole = ["visible", "protected"].every((part) => existsSync(join(out, part)));
  if (status === 0 && whole) return;
  const lastLine = stderr.trim().split("\n").at(-1) ?? "";
  throw new RebenchError("data-missing", {
    problem: `the data of ${name} (tier ${tier}) could not be prepared: ${status === 0 ? "visible or protected is missing" : lastLine || `prepare.py ended with status ${status}`}`,
    hint: "See what it needs in its instructions, or try generated data with --data synthetic.",
  });
}
