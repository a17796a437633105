import {execFileSync, spawnSync} from "node:child_process";
import {chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {packageFolder} from "../../../src/assets.js";
import {because} from "../../because.js";
import {isRoot, noBubblewrap} from "./sandboxes.js";

/** What the script needs of this project, which may be in a folder that is closed to others. */
const PARTS = ["package.json", "src/runner/guest", "dist/errors.js", "dist/assets.js", "dist/runner/sandbox"];
const USER = 1_630_000_000;

/** Why this cannot be shown here: only root can become another user, who needs a Node and a Python that all may run. */
function whyNot(): string | null {
  if (noBubblewrap !== null) return `${noBubblewrap}; apt-get install bubblewrap`;
  if (!isRoot) return "the runner is an ordinary user here, so that all other tests show it";
  if (!existsSync("/usr/bin/python3")) return "no /usr/bin/python3; apt-get install python3";
  const asUser = ["--reuid", String(USER), "--regid", String(USER), "--clear-groups"];
  if (spawnSync("setpriv", [...asUser, process.execPath, "--version"]).status !== 0) return "no Node that other users may run";
  const bwrap = spawnSync("setpriv", [...asUser, "bwrap", "--unshare-user", "--unshare-pid", "--ro-bind", "/", "/", "true"], {
    encoding: "utf8",
  });
  return bwrap.status === 0 ? null : `this host gives ordinary users no namespaces: ${bwrap.stderr.trim()}`;
}
const reason = whyNot();

describe.skipIf(reason !== null)(`the runner of an ordinary user${because(reason)}`, () => {
  it("confines participants in namespaces of that user's, freezes, copies, judges and ends them", () => {
    const folder = mkdtempSync(join(tmpdir(), "rebench-user-"));
    try {
      mkdirSync(join(folder, "home"));
      const project = join(folder, "project");
      for (const part of PARTS) cpSync(join(packageFolder, part), join(project, part), {recursive: true});
      cpSync(join(import.meta.dirname, "ordinaryUser.mjs"), join(project, "ordinaryUser.mjs"));
      execFileSync("chown", ["-R", `${USER}:${USER}`, folder]);
      chmodSync(folder, 0o700);
      const args = ["--reuid", String(USER), "--regid", String(USER), "--clear-groups", "--reset-env", process.execPath];
      const script = [join(project, "ordinaryUser.mjs"), join(project, "dist"), folder];
      const {stdout, stderr} = spawnSync("setpriv", [...args, ...script], {encoding: "utf8", timeout: 60_000});
      expect(stderr).toBe("");
      expect(JSON.parse(stdout)).toEqual({
        isolation: "own-namespace",
        uid: "1000",
        capabilities: [0, 0, 0, 0, 0],
        kernelSettings: "0",
        unshare: "unshare: unshare failed: Operation not permitted",
        firstProcess: "denied",
        interfaces: "lo",
        stoodStill: true,
        wentOn: true,
        copy: "inside\n",
        judge: "1000 inside",
        left: [],
      });
    } finally {
      rmSync(folder, {recursive: true, force: true});
    }
  });
});
