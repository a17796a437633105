import {readFileSync} from "node:fs";
import {join} from "node:path";
import {beforeAll, describe, expect, it} from "vitest";
import type {Plan} from "../../src/analysis/plan.js";
import {newFolder, type Outcome, rebench, tooWide} from "./rebench.js";

// About the sample data, which stand in where there is no store.
const folder = newFolder();
const PAIR = ["plan", "Modular (synthetic-model-a)", "AIDE (synthetic-model-a)"];
const FEW = ["--bootstrap", "200"];
const wordsOf = ({stdout}: Outcome) => stdout.replace(/\s+/g, " ");

describe("rebench plan", () => {
  let json: Outcome;
  let result: Plan;
  beforeAll(async () => {
    json = await rebench(folder, [...PAIR, "--at", "30m@4", "--json", "-o", "plan.json", "-o", "plan.csv", ...FEW]);
    result = JSON.parse(json.stdout) as Plan;
  });

  it("prints one JSON object with its rows, settings and warnings, and writes the same to files", () => {
    expect([json.status, json.stdout.trimEnd().split("\n").length]).toEqual([0, 1]);
    expect(Object.keys(result)).toEqual(["plan", "rows", "curve", "check", "settings", "warnings"]);
    expect(result.rows).toHaveLength(14);
    expect(result.settings).toMatchObject({command: {at: "30m@4", alpha: 0.05, power: 0.8, effect: null}, seed: 1, bootstrap: 200});
    expect(JSON.parse(readFileSync(join(folder, "plan.json"), "utf8"))).toEqual(result);
    const [head, ...lines] = readFileSync(join(folder, "plan.csv"), "utf8").trimEnd().split("\n");
    expect([head, lines.length]).toEqual([
      "environment,agent,kind,timeLimitSeconds,k,attemptsAtHand,attempts,hours,costUsd,costPerAttemptUsd,costBasis,costReason,store",
      14,
    ]);
  });

  it("prints the same plan within 80 columns, with a check, and says that the data are synthetic", async () => {
    const outcome = await rebench(folder, [...PAIR, "--at", "30m@4", "--check", "500", ...FEW]);
    const {attemptsEach, attempts} = result.plan;
    expect([outcome.status, tooWide(outcome.stdout)]).toEqual([0, []]);
    const words = wordsOf(outcome);
    expect(words).toContain("They are synthetic: drawn from a model, nothing was measured.");
    expect(words).toContain(`takes ${attempts} attempts, ${attemptsEach} of each side in each environment`);
    expect(words).toMatch(/resampling them gives [\d,]+ to [\d,]+ in the place of/);
    expect(words).toMatch(/Check on 500 other simulated studies: power \d\d\.\d ± 1\.\d %/);
  });

  it("plans for people, with optimal attempts, within 80 columns", async () => {
    const outcome = await rebench(folder, [
      "plan",
      "Modular (synthetic-model-a)",
      "human",
      "--budget",
      "8h",
      "--optimal",
      "--effect",
      "0.2",
      ...FEW,
    ]);
    expect([outcome.status, tooWide(outcome.stdout)]).toEqual([0, []]);
    expect(wordsOf(outcome)).toMatch(/Attempts are where they tell most for their dollars\. Equally many would be \d+ each/);
    expect(outcome.stderr).toContain("made more than one of the attempts at hand");
  });

  it("says why there is no plan, and exits 0", async () => {
    const outcome = await rebench(folder, [...PAIR, "--at", "30m@4096", ...FEW]);
    expect([outcome.status, tooWide(outcome.stdout)]).toEqual([0, []]);
    expect(wordsOf(outcome)).toMatch(/No plan: .*too few attempts for k = 4096/);
  });

  it.each([
    [[], "a plan needs one of --at and --budget"],
    [["--at", "30m@4", "--budget", "8h"], "do not go together"],
    [["--at", "soon@4"], '"soon" is not a duration'],
    [["--at", "30m@4", "--effect", "0"], "no difference to be found"],
    [["--at", "30m@4", "--power", "0.01"], "is not above --alpha"],
    [["--at", "30m@4", "--agents", "human"], "--agents and two named participants"],
  ])("is called wrongly with %j", async (args, problem) => {
    const {status, stdout, stderr} = await rebench(folder, [...PAIR, ...args]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(problem);
  });
});
