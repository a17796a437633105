import {readFileSync} from "node:fs";
import {join} from "node:path";
import {beforeAll, describe, expect, it} from "vitest";
import {sensitivityCommand} from "../../src/cli/sensitivityCommand.js";
import {newFolder, type Outcome, rebench, tooWide} from "./rebench.js";

// About the sample data, which stand in where there is no store.
const folder = newFolder();
const FEW = ["--bootstrap", "100"];

describe("rebench sensitivity", () => {
  let printed: Outcome;
  let json: Outcome;
  beforeAll(async () => {
    printed = await rebench(folder, ["sensitivity", ...FEW]);
    json = await rebench(folder, ["sensitivity", "--json", "-o", "s.csv", "-o", "s.json", ...FEW]);
  });

  it("prints a line for each variation within 80 columns, all three budgets side by side, and whether a conclusion flips", () => {
    const {status, stdout} = printed;
    expect([status, tooWide(stdout)]).toEqual([0, []]);
    expect(stdout).toMatch(/^ +2h in all +8h in all +32h in all$/m);
    for (const line of ["as asked", "without optimize_llm_foundry", "no floor", "interquartile mean", "with replacement", "wall clock"]) {
      expect(stdout.match(new RegExp(`^${line} +[A-Z] − [A-Z] [+−]\\d`, "gm"))).toHaveLength(2); // leader − runner-up; agents − people
    }
    expect(stdout).toContain("synthetic");
    expect(stdout).toMatch(/conclusion flips|At \w+ /);
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "Not applied: flagged attempts kept, excluded or zero: no attempt of the selection is flagged.",
    );
  });

  it("marks exactly the cells that flip", () => {
    const {rows} = JSON.parse(json.stdout) as {rows: {flips: string[]}[]};
    const lead = rows.filter(({flips}) => flips.includes("leader") || flips.includes("lead-interval")).length;
    const people = rows.filter(({flips}) => flips.some((flip) => flip.startsWith("agents-or-people"))).length;
    expect(printed.stdout.match(/\d !(?= |$)/gm) ?? []).toHaveLength(lead + people);
  });

  it("has everything in --json, on one line and alone, and the same in files", () => {
    const {status, stdout, stderr} = json;
    expect([status, stdout.trimEnd().split("\n").length]).toEqual([0, 1]);
    const result = JSON.parse(stdout) as {rows: Record<string, unknown>[]} & Record<string, unknown>;
    expect(Object.keys(result).sort()).toEqual(["conclusions", "notApplied", "rows", "rules", "settings", "warnings"]);
    for (const row of result.rows) {
      expect(Object.keys(row)).toEqual(
        expect.arrayContaining([
          "variation",
          "kind",
          "timeBudgetSeconds",
          "environments",
          "scores",
          "leader",
          "lead",
          "againstPeople",
          "flips",
        ]),
      );
      expect(Object.values(row)).not.toContain(undefined);
    }
    expect(stderr).toMatch(/^note: .*synthetic/);
    expect(JSON.parse(readFileSync(join(folder, "s.json"), "utf8"))).toEqual(result);
    const [head, ...lines] = readFileSync(join(folder, "s.csv"), "utf8").trimEnd().split("\n");
    expect(head).toContain("leadDifference,leadLow,leadHigh");
    expect(lines).toHaveLength(result.rows.length);
  });

  it("names many budgets in further tables, and has help with every option", async () => {
    const {stdout} = await rebench(folder, ["sensitivity", "--budgets", "30m,1h,2h,8h,32h", "--bootstrap", "0"]);
    expect(tooWide(stdout)).toEqual([]);
    expect(stdout).toContain("no interval (1)");
    const help = await rebench(folder, ["sensitivity", "--help"]);
    expect([help.status, tooWide(help.stdout)]).toEqual([0, []]);
    for (const {long} of sensitivityCommand().options) expect(help.stdout).toContain(long);
  });

  it("refuses a breakdown", async () => {
    const {status, stderr} = await rebench(folder, ["sensitivity", "--by", "environment"]);
    expect([status, stderr]).toEqual([2, expect.stringContaining("--by environment: the headline is about participants as a whole")]);
  });
});
