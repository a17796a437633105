import {execFile, spawnSync} from "node:child_process";
import {mkdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {because} from "../../because.js";
import {noBubblewrap, skipped} from "../sandbox/sandboxes.js";
import {type Ground, journalOf, main, newGround, outcome, recordOf} from "./toyRuns.js";

const canMount = spawnSync("unshare", ["-m", "true"]).status === 0;

/** Runs until an event of this type is told, and kills the runner then. */
async function killedAt(ground: Ground, type: string, agent: string, out: string): Promise<string> {
  const child = ground.startJson(["--agent", agent, "--out", out]);
  child.stdout.on("data", (chunk) => String(chunk).includes(`"type":"${type}"`) && child.kill("SIGKILL"));
  await outcome(child);
  return ground.attempts(out)[0]!;
}

describe.skipIf(noBubblewrap !== null)(`trouble${skipped}`, () => {
  const ground = newGround();

  it("a runner that is killed while it ends an attempt: nobody works on, and the end is the one that was decided", async () => {
    const program = ground.program(
      "submits.sh",
      "#!/bin/bash\n[ $REBENCH_RESUMED = 1 ] && echo 99 > answer.txt\necho 5 slow=1 > answer.txt; submit\n",
    );
    const attempt = await killedAt(ground, "ending", `command:${program}`, "ending");
    expect(journalOf(attempt).some(({type}) => type === "ended")).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const resumed = await ground.resume(attempt);
    expect(`${resumed.status} ${resumed.stderr}`).toMatch(/^0 /);
    const record = recordOf(attempt);
    expect(record).toMatchObject({endReason: "submitted", finalScore: 5, scoreLog: [{score: 5}]});
    expect(record.pauses!.find(({reason}) => reason === "runner-down")!.seconds).toBeGreaterThan(1.4);
  });

  it("what a scorer was given counts at its time, though the workspace has changed since, where scoring counts", async () => {
    const own = newGround({runner: {scoringCountsTime: true}});
    const program = own.program(
      "changes.sh",
      "#!/bin/bash\n[ $REBENCH_RESUMED = 1 ] && exit 0\necho 5 slow=2 > answer.txt; score & sleep 1; echo 6 > answer.txt; sleep 100\n",
    );
    const child = own.startJson(["--agent", `command:${program}`]);
    child.stdout.on("data", (chunk) => String(chunk).includes('"copied"') && setTimeout(() => child.kill("SIGKILL"), 1500));
    await outcome(child);
    const [attempt] = own.attempts() as [string];
    expect(readFileSync(join(attempt, "workspace", "answer.txt"), "utf8")).toBe("6\n");
    const asked = journalOf(attempt).find(({type}) => type === "score-requested")!.workingSeconds;
    expect((await own.resume(attempt)).status).toBe(0);
    expect(recordOf(attempt).scoreLog).toMatchObject([{score: 5, workingSeconds: asked}, {score: 6}]);
  });

  it("data that are gone from the cache are made again", async () => {
    const program = ground.program(
      "waits.sh",
      "#!/bin/bash\n[ $REBENCH_RESUMED = 1 ] || sleep 100\ncat /data/data.txt; echo 3 > answer.txt\n",
    );
    const attempt = await killedAt(ground, "heartbeat", `command:${program}`, "gone");
    rmSync(join(ground.folder, "cache"), {recursive: true});
    const resumed = await ground.resume(attempt);
    expect([resumed.status, resumed.stderr]).toEqual([0, expect.stringContaining("the data are made again")]);
    expect(recordOf(attempt)).toMatchObject({status: "finished", finalScore: 3});
  });

  it("a journal that was damaged is refused with its line, and a folder that is none with what to name", async () => {
    const attempt = await killedAt(ground, "started", "start", "damaged");
    const file = join(attempt, "journal.jsonl");
    writeFileSync(file, `{"sequence": 7}\n${readFileSync(file, "utf8")}`);
    const refused = await ground.resume(attempt);
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringMatching(/journal\.jsonl, line 1 is no journal entry/)]);
    const nothing = await ground.resume(ground.folder);
    expect([nothing.status, nothing.stderr]).toEqual([1, expect.stringContaining("is no attempt's folder")]);
    for (const {stderr} of [refused, nothing]) expect(stderr).not.toContain("    at ");
  });

  it("attempts that are lost to a broken scorer give another exit status than results", async () => {
    const program = ground.program("breaks.sh", "#!/bin/bash\necho 1 broken > answer.txt\n");
    const {status, stderr} = await ground.run(["--agent", `command:${program}`, "--out", "broken"]);
    expect([status, stderr]).toEqual([1, expect.stringContaining("lost through no doing of its participant")]);
    expect(stderr).toContain("the scorer is broken: it ended with status 1");
    expect(recordOf(ground.attempts("broken")[0]!)).toMatchObject({status: "error", finalScore: null});
  });

  it.skipIf(!canMount)(
    `a full disk cuts the attempt off with what to do, and with room it goes on${because(canMount ? null : process.getuid!() === 0 ? "unshare -m is not allowed here" : "only root may mount a small disk")}`,
    async () => {
      const program = ground.program(
        "fills.sh",
        "#!/bin/bash\n[ $REBENCH_RESUMED = 1 ] && { rm -f big; echo 8 > answer.txt; exit 0; }\necho 7 > answer.txt; score\nhead -c 100000000 /dev/zero > big\nscore\nsleep 100\n",
      );
      const runs = join(ground.folder, "full");
      mkdirSync(runs);
      const script = `mount -t tmpfs -o size=4m none "$2"
      "$0" "$1" run toy --environments-dir "$3" --agent "command:$4" --out "$2" 2>&1; echo "status $?"
      mount -o remount,size=200m "$2"
      "$0" "$1" resume "$2"/toy* --environments-dir "$3" 2>&1; echo "status $?"; cat "$2"/toy*/*.record.json`;
      const args = ["-m", "sh", "-c", script, process.execPath, main, runs, ground.environments, program];
      const said = await new Promise<string>((resolve) => {
        const env = {...process.env, REBENCH_CACHE: join(ground.folder, "cache")};
        execFile("unshare", args, {env, maxBuffer: 1e8}, (_error, stdout, stderr) => resolve(stdout + stderr));
      });
      expect(said).toMatch(/error: .*no space.*\n.*Free some space, then take the attempt up again with: rebench resume/i);
      expect(said.match(/status \d/g)).toEqual(["status 1", "status 0"]);
      expect(said).not.toContain("    at ");
      expect(JSON.parse(said.slice(said.lastIndexOf('{"schemaVersion"')))).toMatchObject({
        finalScore: 8,
        scoreLog: [{score: 7}, {score: 7, message: "repeat"}, {score: 8}],
      });
    },
  );
});
