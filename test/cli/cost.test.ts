import {existsSync, readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {beforeAll, describe, expect, it} from "vitest";
import {because} from "../because.js";
import {newFolder, type Outcome, rebench, tooWide} from "./rebench.js";

const folder = newFolder();
const metrFile = join(import.meta.dirname, "..", "..", "..", "shared", "data", "metr", "rebench_runs.jsonl");

type Row = Record<string, unknown> & {kind: string; timeLimitSeconds: number; attempts: number; nominalMeanUsd: number; nominalUsd: number};
type Result = {attempts: Row[]; budgets: Row[]; dollars: Row[]; settings: Record<string, unknown>; warnings: {code: string}[]};

describe("the sample data", () => {
  let shown: Outcome;
  let result: Result;
  beforeAll(async () => {
    const args = ["cost", "--bootstrap", "100"];
    const [text, json] = await Promise.all([
      rebench(folder, args),
      rebench(folder, [...args, "--json", "-o", "cost.csv", "-o", "cost.parquet", "-o", "cost.json"]),
    ]);
    shown = text;
    expect([json.status, json.stdout.trimEnd().split("\n").length]).toEqual([0, 1]);
    result = JSON.parse(json.stdout) as Result;
  });

  it("fit 80 columns, with nominal and actual cost and people's wage by name", () => {
    expect([shown.status, tooWide(shown.stdout)]).toEqual([0, []]);
    expect(shown.stdout).toMatch(/8h in all +32h in all/);
    expect(shown.stdout).toMatch(/\$1,855 wage +\$7,420 wage/);
    expect(shown.stdout).toMatch(/\$[\d.]+ nominal +\$[\d.]+ nominal/);
    expect(shown.stdout).toMatch(/\$[\d.]+ actual/);
    expect(shown.stdout).not.toContain("assumed  ");
    expect(shown.stderr).toContain("synthetic");
  });

  it("an agent's 8-hour attempt costs near the paper's $123, less what those save that end early", () => {
    const long = result.attempts.filter(({kind, timeLimitSeconds}) => kind === "agent" && timeLimitSeconds === 28_800);
    const count = long.reduce((sum, {attempts}) => sum + attempts, 0);
    const mean = long.reduce((sum, {attempts, nominalMeanUsd}) => sum + attempts * nominalMeanUsd, 0) / count;
    expect([long.length, count]).toEqual([4, 165]);
    expect(mean).toBeGreaterThan(0.9 * 123); // one in ten ends early, at 70 % of the limit on average
    expect(mean).toBeLessThan(1.05 * 123);
  });

  it("people's attempts cost $1,855, four of them four times that", () => {
    const people = result.budgets.filter(({kind}) => kind === "human");
    expect(people.map(({nominalUsd}) => nominalUsd)).toEqual([463.75, 1855, 7420]);
    expect(people.map(({nominalBasis}) => nominalBasis)).toEqual(["wage", "wage", "wage"]);
  });

  it("costs recorded agree with tokens at list price, so nothing is said of them", () => {
    expect(result.warnings.map(({code}) => code)).toEqual(["synthetic", "errors-dropped", "uncalibrated"]);
  });

  it("go into files, each row with the table it is of", () => {
    const [head, ...lines] = readFileSync(join(folder, "cost.csv"), "utf8").trimEnd().split("\n");
    expect(head!.split(",").slice(0, 2)).toEqual(["table", "timeBudgetSeconds"]);
    expect(new Set(lines.map((line) => line.split(",")[0]))).toEqual(new Set(["budgets", "dollars", "attempts"]));
    expect(lines).toHaveLength(15 + 15 + 13);
    expect(JSON.parse(readFileSync(join(folder, "cost.json"), "utf8"))).toEqual(result);
    expect(existsSync(join(folder, "cost.parquet"))).toBe(true);
  });

  it("settings name every choice", () => {
    expect(result.settings.cost).toMatchObject({
      wageUsdPerHour: 231.875,
      hours: "budgeted",
      agentUsdPerHour: null,
      gpuUsdPerHour: null,
      costFrom: "recorded",
      spend: "nominal",
      pricesFrom: "data/prices.json",
    });
    expect(result.settings.command).toEqual({budgetsSeconds: [7200, 28_800, 115_200], dollars: [100, 500, 2000]});
  });
});

describe("what is wrong is said, with what to do", () => {
  it.each<[string, string[], RegExp, number]>([
    ["a sum that is none", ["--dollars", "100,x"], /"x" is no sum in US dollars/, 2],
    ["no money", ["--dollars", "0"], /Expected sums above 0/, 2],
    ["a negative wage", ["--wage=-3"], /"-3" is no sum in US dollars/, 2],
    ["an unknown rule", ["--hours", "all"], /Allowed choices are budgeted, actual/, 2],
    ["no such price list", ["--prices", "none.json"], /cannot read prices from none\.json: there is no such file\n +Check the path/, 1],
  ])("%s", async (_, args, message, status) => {
    const outcome = await rebench(folder, ["cost", "--bootstrap", "0", ...args]);
    expect([outcome.status, outcome.stdout]).toEqual([status, ""]);
    expect(outcome.stderr).toMatch(message);
  });

  it("a price list with a mistake, and a model without a price", async () => {
    const model = {name: "synthetic-model-a", prices: [{from: "2024-01-01", input: -1, output: 2, source: "me", certain: true}]};
    writeFileSync(join(folder, "bad.json"), JSON.stringify({currency: "USD", unit: "per million tokens", models: [model]}));
    const bad = await rebench(folder, ["cost", "--prices", "bad.json"]);
    expect(bad.status).toBe(2);
    expect(bad.stderr).toContain(
      "bad.json is no price list:\n  models[0].prices[0].input: expected US dollars per million tokens, 0 or more, found -1",
    );

    const tokens = {input: 1, output: 1, cacheRead: 0, cacheWrite: 0, reasoning: null};
    const record = {
      ...{schemaVersion: 1, id: "x", participant: {kind: "agent", model: "o1-preveiw", scaffold: "S"}, environment: "fix_embedding"},
      ...{timeLimitSeconds: 1800, status: "finished", scoreScale: "normalized", finalScore: 1, finalScoreRule: "reported"},
      tokenUsage: [{model: "o1-preveiw", ...tokens}],
    };
    writeFileSync(join(folder, "one.jsonl"), `${JSON.stringify(record)}\n`);
    await rebench(folder, ["import", "one.jsonl", "--store", "one.duckdb"]);
    const unpriced = await rebench(folder, ["cost", "--store", "one.duckdb"]);
    expect(unpriced.status).toBe(2);
    expect(unpriced.stderr).toContain('"o1-preveiw", of 1 attempt; did you mean "o1-preview"');
    const skipped = await rebench(folder, ["cost", "--store", "one.duckdb", "--unpriced", "skip"]);
    expect(skipped.status).toBe(0);
    expect(skipped.stderr).toContain("1 attempt without a cost: the price list has no price for o1-preveiw");
  });
});

describe.skipIf(!existsSync(metrFile))(`METR's data${because(existsSync(metrFile) ? null : `no ${metrFile}`)}`, () => {
  it("people cost $1,855 and $7,420; agents have no cost, or an assumed one that says so", async () => {
    await rebench(folder, ["import", metrFile, "--store", "metr.duckdb"]);
    const args = ["cost", "--store", "metr.duckdb", "--bootstrap", "50", "--budgets", "8h,32h"];
    const [json, text] = await Promise.all([rebench(folder, [...args, "--json"]), rebench(folder, [...args, "--agent-hourly", "15.375"])]);
    const {budgets, attempts} = JSON.parse(json.stdout) as Result;
    expect(budgets.filter(({kind}) => kind === "human").map(({nominalUsd}) => nominalUsd)).toEqual([1855, 7420]);
    expect(
      attempts
        .filter(({kind}) => kind === "agent")
        .every(({nominalMeanUsd, nominalReason}) => nominalMeanUsd === null && String(nominalReason).includes("--agent-hourly")),
    ).toBe(true);
    expect(text.stdout).toMatch(/\$123 assumed/);
    expect(text.stdout).toMatch(/8h +3 +\$123 +\$123 +\$123 +\$123 +assumed/);
    expect(tooWide(text.stdout)).toEqual([]);
  });
});
