import {readdirSync, readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {noBubblewrap, skipped} from "../sandbox/sandboxes.js";
import {newGround, recordOf} from "./toyRuns.js";

/** Counts its calls beside itself: what the starting solution takes is 2, 4, 3 in the first three calls and 3 from then on. */
const SCORER = `
import json, sys
from pathlib import Path
arguments = dict(zip(sys.argv[1::2], sys.argv[2::2]))
calls = Path(__file__).with_name("calls")
number = len(calls.read_text().split()) if calls.exists() else 0
calls.write_text((calls.read_text() if calls.exists() else "") + str(arguments.get("--starting-score")) + " ")
own = [2.0, 4.0, 3.0][number] if number < 3 else 3.0
value = float((Path(arguments["--submission"]) / "answer.txt").read_text())
score = float(arguments.get("--starting-score", 0)) + value
print(json.dumps({"score": score, "reason": "", "details": {"measuredStartingScore": own} if value < 50 else {}}))
`;

describe.skipIf(noBubblewrap !== null)(`environments whose scores are times${skipped}`, () => {
  const newTimed = () => {
    const ground = newGround({runner: {timed: true}, reference: {"answer.txt": "2"}});
    const folder = join(ground.environments, "toy");
    writeFileSync(join(folder, "scorer.py"), SCORER);
    return {...ground, calls: () => readFileSync(join(folder, "calls"), "utf8").trim().split(" ")};
  };

  it("a host is calibrated once, outside the clock, before its first attempts; records name the calibration", async () => {
    const ground = newTimed();
    const {status, stderr} = await ground.run(["--agent", "start", "--attempts", "2", "--parallel", "2", "--time-limit", "1m"]);
    expect(`${status} ${stderr}`).toMatch(/^0 /);
    const records = ground.attempts().map(recordOf);
    const [file] = readdirSync(join(ground.folder, "cache", "calibrations"));
    const calibration = JSON.parse(readFileSync(join(ground.folder, "cache", "calibrations", file!), "utf8"));
    expect(calibration).toMatchObject({
      ...{environment: "toy", tier: "small", startingScore: 3, referenceScore: 5, format: "rebench-calibration"},
      ...{start: {scores: [2, 4, 3], normalizedDeviation: 0.5}, reference: {scores: [5, 5, 5], normalizedDeviation: 0}},
      host: {node: process.versions.node},
    });
    for (const record of records) {
      expect(record).toMatchObject({startingScore: 3, referenceScore: 5, sourceFields: {constants: calibration.id}});
      expect(record.finalScore).toBe(3);
      expect(record.workingSeconds).toBeLessThan(5);
    }
    expect(ground.calls()).toEqual(["None", "None", "None", ...Array(5).fill("3")]); // three of the reference, one of each attempt
    const other = await ground.run(["--agent", "start", "--time-limit", "1m", "--out", "more"]);
    expect(other.status).toBe(0);
    expect(recordOf(ground.attempts("more")[0]!).sourceFields).toMatchObject({constants: calibration.id});
    expect(ground.calls()).toHaveLength(9); // no calibration more
  });

  it("constants of environment.json can be asked for by name", async () => {
    const ground = newTimed();
    const {status} = await ground.run(["--agent", "start", "--constants", "made up", "--time-limit", "1m"]);
    expect(status).toBe(0);
    expect(recordOf(ground.attempts()[0]!)).toMatchObject({startingScore: 0, referenceScore: 100, sourceFields: {constants: "made up"}});
    const typo = await ground.run(["--agent", "start", "--constants", "made-up", "--time-limit", "1m"]);
    expect(typo.status).toBe(2);
    expect(typo.stderr).toContain('toy has no constants "made-up" at this tier');
    expect(typo.stderr).toContain("It has: made up.");
  });

  it("`environments calibrate` measures again, says how far scores scatter, and is in force from then on", async () => {
    const ground = newTimed();
    const args = ["environments", "calibrate", "toy", "--environments-dir", ground.environments, "--runs", "2", "--out", "measured"];
    const {status, stdout, stderr} = await ground.rebench(args);
    expect(`${status} ${stderr}`).toMatch(/^0 /);
    expect(stdout).toMatch(/toy +3\.000 +\d\.\d+ +5\.000 +0\.000 +host-/);
    const [file] = readdirSync(join(ground.folder, "cache", "calibrations"));
    const [own, asked] = [join(ground.folder, "cache", "calibrations", file!), join(ground.folder, "measured", "toy-small.json")];
    expect(readFileSync(own, "utf8")).toBe(readFileSync(asked, "utf8"));
    expect((await ground.run(["--agent", "start", "--time-limit", "1m"])).status).toBe(0);
    expect(recordOf(ground.attempts()[0]!).sourceFields).toMatchObject({constants: JSON.parse(readFileSync(own, "utf8")).id});
    writeFileSync(own, "{}");
    const damaged = await ground.run(["--agent", "start", "--time-limit", "1m", "--out", "more"]);
    expect(damaged.status).not.toBe(0);
    expect(damaged.stderr).toContain("is no calibration");
  });

  it("a scorer that does not say what the start took is said", async () => {
    const ground = newTimed();
    const calibrate = () => ground.rebench(["environments", "calibrate", "toy", "--environments-dir", ground.environments]);
    writeFileSync(join(ground.environments, "toy", "start", "answer.txt"), "60");
    const silent = await calibrate();
    expect(silent.status).toBe(1);
    expect(silent.stderr).toContain("measuredStartingScore");
  });
});
