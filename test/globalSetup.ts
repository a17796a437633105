import {execFileSync} from "node:child_process";
import {fileURLToPath} from "node:url";

/**
 * Compiles the command line once, for the tests that run it as a process of its own; the kernel, which all bootstraps use; and
 * script and style of reports' pages.
 */
export default function setup(): void {
  const folder = fileURLToPath(new URL("..", import.meta.url));
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {cwd: folder, stdio: "inherit"});
  execFileSync("npm", ["run", "--silent", "kernel"], {cwd: folder, stdio: "inherit"});
  execFileSync(process.execPath, ["src/web/build.mjs"], {cwd: folder, stdio: "inherit"});
}
