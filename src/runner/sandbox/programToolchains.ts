import {execFile} from "node:child_process";
import {existsSync, realpathSync} from "node:fs";
import {join} from "node:path";
import {promisify} from "node:util";
import type {Environment} from "../../environment/environment.js";
import {RebenchError} from "../../errors.js";
import {inSystem, type Toolchain} from "./toolchain.js";

/** What an environment may name in `runner.programs`. */
export type Program = NonNullable<Environment["runner"]>["programs"][number];

/** A toolchain with further programs: shown inside at their own paths, and first on PATH. Those in `/usr` are there anyway. */
export async function withPrograms(toolchain: Toolchain, programs: readonly Program[]): Promise<Toolchain> {
  let together = toolchain;
  for (const program of programs) together = plus(together, await HOMES[program]());
  return together;
}

/** Which of some programs work on this host. */
export async function workingPrograms(programs: readonly Program[]): Promise<Program[]> {
  const found = await Promise.all(
    programs.map((program) =>
      HOMES[program]()
        .then(() => [program])
        .catch(() => []),
    ),
  );
  return found.flat();
}

function plus(toolchain: Toolchain, folder: string): Toolchain {
  if (inSystem(folder)) return toolchain;
  return {
    ...toolchain,
    readOnly: [...toolchain.readOnly, ...["bin", "lib"].map((name) => join(folder, name)).map((path) => ({host: path, inside: path}))],
    path: [...toolchain.path, join(folder, "bin")],
  };
}

/** Folders with `bin` and `lib` that hold a program whole. */
const HOMES: Record<Program, () => Promise<string>> = {rustc: rustFolder};

/** Of the compiler itself: what PATH has may be a proxy of rustup, which looks for it in a home. */
async function rustFolder(): Promise<string> {
  try {
    const {stdout} = await promisify(execFile)("rustc", ["--print", "sysroot"], {timeout: 30_000});
    const folder = realpathSync(stdout.trim());
    if (inSystem(folder) || existsSync(join(folder, "bin", "rustc"))) return folder;
    throw new Error(`${folder} has no bin/rustc`);
  } catch (cause) {
    throw new RebenchError("no-sandbox", {
      problem: `this environment needs the Rust compiler: ${(cause as Error).message.split("\n")[0]}`,
      hint: "Install version 1.63 or later, so that PATH has rustc (Debian, Ubuntu: apt-get install rustc; elsewhere: rustup).",
      cause,
    });
  }
}
