import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {environmentsFolder} from "../../../src/assets.js";
import {REFERENCE, readSolution} from "../../../src/runner/environments/solutions.js";
import {findPython} from "../../../src/runner/host/findPython.js";
import {pythonPackages} from "../../../src/runner/host/pythonPackages.js";
import {because} from "../../because.js";
import {noBubblewrap, skipped} from "../sandbox/sandboxes.js";
import {filesWith, journalOf, newGround, recordOf} from "./toyRuns.js";

/** Those whose scores are times. */
const ENVIRONMENTS = ["optimize_kernel", "optimize_llm_foundry"];
const {torch} = await pythonPackages(await findPython({option: null}), ["torch"]);
const lacks = torch == null ? because("no torch; npm run python") : skipped;

/** Lines of the reference that are long enough to be its own, and not the start's. */
function ownLines(name: string): string[] {
  const folder = join(environmentsFolder, name);
  const files = readSolution(folder, REFERENCE);
  const start = readdirSync(join(folder, "start"), {recursive: true, withFileTypes: true}).filter((entry) => entry.isFile());
  const given = start.map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8")).join("\n");
  const lines = [...files.values()].flatMap((bytes) => Buffer.from(bytes).toString("utf8").split("\n"));
  return [...new Set(lines.map((line) => line.trim()))].filter(
    (line) => line.length >= 40 && !given.includes(line) && !/^(?:from|import) /.test(line), // anybody imports the same
  );
}

describe.skipIf(noBubblewrap !== null || lacks !== skipped)(`environments that are timed${lacks}`, () => {
  it.each(ENVIRONMENTS)(
    "%s: its reference comes near 1 on a host that is calibrated first, measured again at the end, and nothing of it is left in the clear",
    async (name) => {
      const ground = newGround();
      const {status, stderr} = await ground.rebench(["run", name, "--agent", "reference", "--tier", "small", "--time-limit", "5m"]);
      expect(`${status} ${stderr}`).toMatch(/^0 /);
      const [attempt] = ground.attempts() as [string];
      const record = recordOf(attempt);
      expect(record).toMatchObject({status: "finished", endReason: "submitted", finalScoreRule: "remeasured", tier: "small"});
      const [calibration] = readdirSync(join(ground.folder, "cache", "calibrations"));
      const {id, startingScore, reference} = JSON.parse(readFileSync(join(ground.folder, "cache", "calibrations", calibration!), "utf8"));
      expect(record).toMatchObject({startingScore, sourceFields: {constants: id}, host: {torch: expect.any(String)}});
      expect(reference.scores).toHaveLength(3);
      const normalized = (record.finalScore! - record.startingScore!) / (record.referenceScore! - record.startingScore!);
      expect(normalized).toBeGreaterThan(0.5); // a loaded machine is slower
      expect(record.workingSeconds).toBeLessThan(5); // scoring does not count
      expect(journalOf(attempt).filter((entry) => entry.type === "scored" && !entry.repeat && !entry.remeasured)).toHaveLength(1);
      const lines = ownLines(name);
      expect(lines.length).toBeGreaterThan(3);
      expect(lines.filter((line) => filesWith(attempt, line).length > 0)).toHaveLength(0);
      const imported = await ground.rebench(["import", "runs/", "--json"]);
      expect(JSON.parse(imported.stdout).files[0]).toMatchObject({added: 1});
      const analysed = await ground.rebench(["analyze", "--budgets", "5m,10m", "--bootstrap", "100"]);
      expect(`${analysed.status} ${analysed.stderr}`).toMatch(/^0/);
    },
    400_000,
  );
});
