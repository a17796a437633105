import {mkdirSync, mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {expect, it, onTestFinished} from "vitest";
import {launchWorker} from "../../../src/runner/hosts/launchWorker.js";

it("a process that cannot be started is said to be", async () => {
  const out = mkdtempSync(join(tmpdir(), "rebench-launch-"));
  onTestFinished(() => rmSync(out, {recursive: true}));
  mkdirSync(join(out, "one"));
  const cwd = join(out, "gone");
  const job = {out, ids: ["one"], parallel: 1, environmentsDirs: [], pricesFile: null, cwd, models: {}};
  await expect(launchWorker(job)).rejects.toThrow(/cannot be started: .*ENOENT\n.*gone$/);
});
