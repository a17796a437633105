import {readFileSync} from "node:fs";
import {join} from "node:path";
import {DuckDBInstance} from "@duckdb/node-api";
import {beforeAll, describe, expect, it} from "vitest";
import {newFolder, type Outcome, rebench, tooWide} from "./rebench.js";

// Everything here is about the sample data, which stand in where there is no store.
const folder = newFolder();
const FEW = ["--bootstrap", "100"];

// Field names that other programs rely on, from the issue.
const SCORE_AT_K_FIELDS =
  "agent kind environment group timeLimitSeconds k environments environmentCount environmentTotal attempts score low high bootstrapMean reason";
const BUDGET_FIELDS = `timeBudgetSeconds sliced ${SCORE_AT_K_FIELDS}`;

type Row = Record<string, unknown> & {agent: string; score: number | null; low: number | null};
type Result = {
  rows: Row[];
  budgets: Row[];
  allocations: Row[];
  settings: Record<string, unknown>;
  warnings: Record<string, unknown>[];
};

/** What stdout holds where it is one JSON document on one line, and nothing else. */
function onlyJson({status, stdout, stderr}: Outcome): Result {
  expect([status, stdout.trimEnd().split("\n").length, stderr.includes("{")]).toEqual([0, 1, false]);
  return JSON.parse(stdout) as Result;
}

const fieldsOf = (rows: readonly Row[]) => new Set(rows.flatMap((row) => Object.keys(row)));

describe("the sample data", () => {
  let analyzed: Outcome;
  beforeAll(async () => {
    analyzed = await rebench(folder, ["analyze", "--budgets", "2h,8h,32h", ...FEW]);
  });

  it("say that they are synthetic, in a table of at most 80 columns with what to do next", () => {
    const {status, stdout} = analyzed;
    expect([status, tooWide(stdout)]).toEqual([0, []]);
    expect(stdout.replace(/\s+/g, " ")).toContain("They are synthetic: drawn from a model, nothing was measured.");
    expect(stdout).toMatch(/^ +2h in all +8h in all +32h in all$/m);
    expect(stdout).toMatch(/8h@1 {2}7\/7 +8h@4 {2}7\/7/);
    expect(stdout).toMatch(/Next:\n {2}rebench analyze/);
  });

  it.each([
    ["score-at-k"],
    ["attempts", "--top", "2"],
    ["attempts", "synthetic/1/0001"],
    ["analyze", "--by", "environment"],
    ["analyze", "--budgets", "30m,1h,2h,3h,4h,5h,6h,7h,8h,16h,24h,32h,40h,64h"],
  ])("fit 80 columns and are called synthetic by %s %s %s", async (...args) => {
    const isAnalysis = args[0] !== "attempts";
    const {status, stdout, stderr} = await rebench(folder, [...args, ...(isAnalysis ? FEW : [])]);
    expect([status, tooWide(stdout)]).toEqual([0, []]);
    expect(stdout).toContain("synthetic");
    expect(stdout).not.toContain("\u001b"); // no colours where the output is no terminal
    if (!isAnalysis) expect(stderr).toContain("synthetic");
  });

  it("have no colours in a pipe, even where CI is set", async () => {
    const {stdout} = await rebench(folder, ["attempts", "--top", "1"], {CI: "true"});
    expect(stdout).not.toContain("\u001b");
  });
});

describe("--json", () => {
  const args = ["analyze", "--budgets", "1h,8h,32h", "--json", "--bootstrap", "200"];
  let first: Outcome;
  beforeAll(async () => {
    first = await rebench(folder, [...args, "-o", "a.json", "-o", "a.csv", "-o", "a.parquet"]);
  });

  it("of analyze has the names that programs rely on, and says synthetic", () => {
    const {budgets, allocations, settings, warnings, ...rest} = onlyJson(first);
    expect(rest).toEqual({});
    for (const rows of [budgets, allocations]) {
      expect([...fieldsOf(rows)]).toEqual(expect.arrayContaining(BUDGET_FIELDS.split(" ")));
      for (const row of rows) expect(Object.values(row)).not.toContain(undefined);
    }
    expect(fieldsOf(allocations)).toEqual(fieldsOf(budgets));
    expect(new Set(budgets.map(({kind}) => kind))).toEqual(new Set(["agent", "human"]));
    expect(budgets.every(({environment}) => environment === null)).toBe(true);
    expect(settings).toMatchObject({
      store: expect.stringContaining("synthetic"),
      estimator: "without-replacement",
      seed: 1,
      interval: 0.95,
    });
    expect(settings).toMatchObject({flagged: {cheating: "zero"}, errors: "drop", floor: true, clock: "working", bootstrap: 200});
    for (const warning of warnings) expect(Object.keys(warning)).toEqual(["code", "agent", "message"]);
    expect(first.stderr).toMatch(/^note: .*synthetic/);
  });

  it("of score-at-k has the names that programs rely on", async () => {
    const {rows, settings, warnings, ...rest} = onlyJson(
      await rebench(folder, ["score-at-k", "--json", "--k", "1,4", "--time-limits", "30m,8h", "--by", "environment", ...FEW]),
    );
    expect(rest).toEqual({});
    expect([...fieldsOf(rows)]).toEqual(expect.arrayContaining(SCORE_AT_K_FIELDS.split(" ")));
    expect(new Set(rows.map(({k, timeLimitSeconds}) => `${timeLimitSeconds}@${k}`))).toEqual(
      new Set(["1800@1", "1800@4", "28800@1", "28800@4"]),
    );
    expect(new Set(rows.map(({environment}) => environment)).size).toBe(7);
    expect([settings.by, warnings.length > 0]).toEqual(["environment", true]);
  });

  it("is the same bytes each time", async () => {
    expect((await rebench(folder, args)).stdout).toBe(first.stdout);
  });

  it("follows --seed, --bootstrap and --interval in intervals alone", async () => {
    const before = onlyJson(first).budgets;
    const lows = before.map(({low}) => low);
    for (const more of [
      ["--seed", "2"],
      ["--bootstrap", "201"],
      ["--interval", "0.5"],
    ]) {
      const {budgets, settings} = onlyJson(await rebench(folder, [...args, ...more]));
      expect(budgets.map(({score}) => score)).toEqual(before.map(({score}) => score));
      expect(budgets.map(({low}) => low)).not.toEqual(lows);
      expect(settings[more[0]!.slice(2)]).toBe(Number(more[1]));
    }
    const {budgets} = onlyJson(await rebench(folder, [...args, "--bootstrap", "0"]));
    expect(budgets.every(({low, high, reason}) => low === null && high === null && reason !== null)).toBe(true);
  });

  it("-o writes the same to .json, and the rows to .csv and .parquet", async () => {
    const result = onlyJson(first);
    expect(JSON.parse(readFileSync(join(folder, "a.json"), "utf8"))).toEqual(result);
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const corrected = [
      "correctedScore",
      "correctedLow",
      "correctedHigh",
      "correction",
      "leftOutShare",
      "bestLeftOutShare",
      "correctedReason",
    ];
    const how = ["store", "estimator", "resample", "intervalMethod", "interval", "bootstrap", "seed"];
    const names = [...[...fieldsOf(result.budgets)].filter((name) => name !== "corrected"), ...corrected, ...how];
    for (const file of ["a.csv", "a.parquet"]) {
      const reader = await connection.runAndReadAll(`select * from '${join(folder, file)}'`);
      expect(reader.columnNames()).toEqual(names);
      const found = reader.getRowObjectsJS().map(({agent, timeBudgetSeconds, score, environments, store}) => {
        return {agent, timeBudgetSeconds: Number(timeBudgetSeconds), score, environments, store};
      });
      const expected = result.budgets.map(({agent, timeBudgetSeconds, score, environments}) => {
        const {store} = result.settings;
        return {agent, timeBudgetSeconds, score, environments: (environments as string[]).join(" "), store};
      });
      expect(found).toEqual(expected);
    }
    connection.closeSync();
    instance.closeSync();
  });

  it("of attempts names its data too", async () => {
    const outcome = await rebench(folder, ["attempts", "--json", "--top", "1"]);
    const {store, attempts} = onlyJson(outcome) as unknown as {store: string; attempts: object[]};
    expect([store, attempts.length]).toEqual(["bundled sample data (synthetic)", 7]);
  });
});
