import {execFileSync} from "node:child_process";
import {fileURLToPath} from "node:url";

/**
 * Makes `.venv` with the Python packages of the environments where they are missing and there is a Python; says what is skipped.
 * Compiles the command line once, for the tests that run it as a process of its own; the kernel, which all bootstraps use; and
 * script and style of reports' pages.
 */
export default function setup(): void {
  const folder = fileURLToPath(new URL("..", import.meta.url));
  execFileSync(process.execPath, ["environments/_lib/setup.mjs", "--if-possible"], {cwd: folder, stdio: "inherit"});
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {cwd: folder, stdio: "inherit"});
  execFileSync(process.execPath, ["src/cli/bundle.mjs"], {cwd: folder, stdio: "inherit"});
  execFileSync("npm", ["run", "--silent", "kernel"], {cwd: folder, stdio: "inherit"});
  execFileSync(process.execPath, ["src/web/build.mjs"], {cwd: folder, stdio: "inherit"});
}
