import {execFileSync} from "node:child_process";
import {existsSync, readdirSync, statSync} from "node:fs";
import {join} from "node:path";

/** Compiles the kernel, which all bootstraps use, where its sources are newer. */
export default function setup(): void {
  const folder = join(import.meta.dirname, "..");
  const kernel = join(folder, "dist", "score", "resample", "kernel.wasm");
  const sources = join(folder, "src", "score", "resample", "kernel");
  const newest = Math.max(...readdirSync(sources).map((name) => statSync(join(sources, name)).mtimeMs));
  if (existsSync(kernel) && statSync(kernel).mtimeMs >= newest) return;
  execFileSync("npm", ["run", "--silent", "kernel"], {cwd: folder, stdio: "inherit"});
}
