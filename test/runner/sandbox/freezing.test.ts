import {statSync} from "node:fs";
import {join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";
import {describe, expect, it} from "vitest";
import {removeGroups} from "../../../src/runner/sandbox/cgroupFiles.js";
import {type CgroupChoice, makeControlGroups} from "../../../src/runner/sandbox/cgroups.js";
import {because} from "../../because.js";
import {attemptFolder, noBubblewrap, outputOf, shell, skipped, specOf, started} from "./sandboxes.js";

const kinds: {name: string; freezer: CgroupChoice["freezer"]}[] = [
  {name: "cgroup-v2", freezer: ["cgroup-v2"]},
  {name: "cgroup-v1", freezer: ["cgroup-v1"]},
  {name: "sigstop", freezer: []},
];
const limits = {memoryBytes: null, processes: 10, diskBytes: null, cpus: null};

async function canFreeze(freezer: CgroupChoice["freezer"]): Promise<boolean> {
  if (freezer.length === 0) return true;
  const groups = makeControlGroups(`probe-${process.pid}`, limits, {limits: [], freezer});
  await removeGroups(groups.flatMap(({folders}) => folders));
  return groups.some(({freeze}) => freeze !== null);
}

// Counts in three processes: one in the session of the command, one that left it, and one that starts a new process for every step.
const COUNT = `count() { while :; do echo >> $1; done; }
count one & setsid sh -c 'while :; do echo >> two; done' &
(while :; do sh -c 'date +%s%N >> three'; done) & sleep 0.2`;

for (const {name, freezer} of kinds) {
  const possible = await canFreeze(freezer);
  describe.skipIf(noBubblewrap !== null || !possible)(
    `frozen by ${name}${skipped}${because(possible ? null : "no such control groups here")}`,
    () => {
      const choice = {cgroups: {limits: [], freezer}};
      it("background counters stand still, and go on afterwards", async () => {
        const attempt = attemptFolder();
        const sandbox = await started(specOf(attempt), choice);
        expect(sandbox.mechanism.freezer).toBe(name);
        const counters = () => ["one", "two", "three"].map((file) => statSync(join(attempt, "workspace", file)).size);
        await shell(sandbox, COUNT);
        for (let round = 0; round < 3; ++round) {
          await sandbox.freeze();
          const frozen = counters();
          await sleep(150);
          expect(counters()).toEqual(frozen);
          await sandbox.freeze();
          await sandbox.thaw();
          await expect.poll(() => counters().filter((value, i) => value === frozen[i]), {timeout: 5000}).toEqual([]);
        }
      });

      it("no program is started, and the time limit of one that runs stands still", async () => {
        const sandbox = await started(specOf(attemptFolder()), choice);
        const limited = outputOf(sandbox, ["sh", "-c", "sleep 0.4; echo done"], {timeoutSeconds: 1.2});
        await sleep(150);
        await sandbox.freeze();
        let ran = false;
        const waiting = shell(sandbox, "true").then(() => {
          ran = true;
        });
        await sleep(1500);
        expect(ran).toBe(false);
        await sandbox.thaw();
        await waiting;
        expect(await limited).toMatchObject({exitCode: 0, timedOut: false, output: "done\n"});
      });

      it("everything can be ended", async () => {
        const sandbox = await started(specOf(attemptFolder()), choice);
        await shell(sandbox, COUNT);
        await sandbox.freeze();
        await sandbox.stop(0.1);
        await sandbox.ended;
      });
    },
  );
}
