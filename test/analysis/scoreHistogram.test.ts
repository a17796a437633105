import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import type {Source} from "../../src/analysis/context.js";
import {type ScoreHistogramOptions, type ScoreHistogramRow, scoreHistogram} from "../../src/analysis/scoreHistogram.js";
import {packageFolder, sampleFile} from "../../src/assets.js";
import {because} from "../because.js";
import {attemptsOf, logged, options, PERSON, sourceOf, sourceOfFiles} from "./stores.js";

const HOUR = 3600;
const RUNS = join(packageFolder, "..", "shared", "data", "metr", "rebench_runs.jsonl");
const missing = because(existsSync(RUNS) ? null : `no ${RUNS}`);
const fixture = (topic: string) =>
  JSON.parse(readFileSync(join(packageFolder, "test", "fixtures", topic, "histogram.json"), "utf8")) as Partial<ScoreHistogramRow>[];

const histogramOf = (source: Source, changes: Partial<ScoreHistogramOptions> = {}) => scoreHistogram(source, {...options(), ...changes});
const rowsOf = async (source: Source, changes: Partial<ScoreHistogramOptions> = {}) => (await histogramOf(source, changes)).rows;

function expectRows(rows: readonly ScoreHistogramRow[], expected: readonly Partial<ScoreHistogramRow>[]): void {
  expect(rows.length).toBe(expected.length);
  expected.forEach((own, i) => {
    for (const [name, value] of Object.entries(own)) {
      const found = rows[i]![name as keyof ScoreHistogramRow];
      if (typeof value === "number") expect(found, `${i} ${name}`).toBeCloseTo(value, 9);
      else expect(found, `${i} ${name}`).toBe(value);
    }
  });
}

it("of the sample data is that of an independent script", async () => {
  // made by test/fixtures/figures/make_histogram.py
  expectRows(await rowsOf(await sourceOfFiles([sampleFile])), fixture("figures"));
});

describe.skipIf(missing !== "")(`METR's runs${missing}`, () => {
  it("have the histogram of an independent script, with the two extreme scores in bins without an end", async () => {
    // made by test/fixtures/metr/make_figures.py
    const rows = await rowsOf(await sourceOfFiles([RUNS]));
    expectRows(rows, fixture("metr"));
    const open = rows.filter(({openEnded}) => openEnded);
    expect(open.map(({environment, agent, count}) => [environment, agent, count])).toEqual([
      ["optimize_llm_foundry", "human", 1],
      ["rust_codecontests", "human", 1],
    ]);
  });
});

describe("by hand", () => {
  it("counts the attempts at the limit of the best allocation, in bins that all share; empty bins have no row", async () => {
    const source = await sourceOf([
      ...attemptsOf([0.1, 0.2], {timeLimitSeconds: 8 * HOUR}), // 8h@1: 0.15
      ...attemptsOf([0.25, 0.25, 0.75, 0.8], {timeLimitSeconds: 4 * HOUR}), // 4h@2: better
      ...attemptsOf([0, 1], {participant: PERSON, timeLimitSeconds: 8 * HOUR}),
    ]);
    const rows = await rowsOf(source, {budgetSeconds: 8 * HOUR});
    const about = {
      environment: "fix_embedding",
      timeBudgetSeconds: 8 * HOUR,
      fullBudget: true,
      sliced: false,
      openEnded: false,
      openStart: false,
    };
    const agent = {...about, agent: "A", kind: "agent", timeLimitSeconds: 4 * HOUR, k: 2, attempts: 4, maximum: 0.8, mean: 0.5125};
    const human = {...about, agent: "human", kind: "human", timeLimitSeconds: 8 * HOUR, k: 1, attempts: 2, maximum: 1, mean: 0.5};
    expect(rows).toEqual([
      {...agent, binLow: 0.2, binHigh: 0.3, count: 2, share: 0.5},
      {...agent, binLow: 0.7, binHigh: 0.8, count: 1, share: 0.25},
      {...agent, binLow: 0.8, binHigh: 0.9, count: 1, share: 0.25},
      {...human, binLow: 0, binHigh: 0.1, count: 1, share: 0.5},
      {...human, binLow: 1, binHigh: 1.1, count: 1, share: 0.5},
    ]);
  });

  it("takes the largest budget below that has an allocation, else the smallest above", async () => {
    const source = await sourceOf(attemptsOf([0, 0.5, 1], {timeLimitSeconds: 2 * HOUR}));
    const [below] = await rowsOf(source); // 32 h would take 16 attempts, 4 h two
    expect(below).toMatchObject({timeBudgetSeconds: 4 * HOUR, fullBudget: false, timeLimitSeconds: 2 * HOUR, k: 2, attempts: 3});
    const [above] = await rowsOf(source, {budgetSeconds: HOUR});
    expect(above).toMatchObject({timeBudgetSeconds: 2 * HOUR, fullBudget: false, timeLimitSeconds: 2 * HOUR, k: 1});
  });

  it("sees longer attempts where none were made at the budget", async () => {
    const source = await sourceOf(
      [0.2, 0.9].map((score) =>
        logged([
          [1000, score / 2],
          [20_000, score],
        ]),
      ),
    );
    const rows = await rowsOf(source, {budgetSeconds: HOUR});
    expect(rows.map(({timeLimitSeconds, sliced, maximum}) => [timeLimitSeconds, sliced, maximum])).toEqual([
      [HOUR, true, 0.45],
      [HOUR, true, 0.45],
    ]);
    expect(await rowsOf(source, {budgetSeconds: HOUR, allowSlices: "none"})).toMatchObject([{timeLimitSeconds: 8 * HOUR}, {sliced: false}]);
  });

  it("with one attempt, and with attempts that all have one score, has one bin", async () => {
    expect(await rowsOf(await sourceOf(attemptsOf([0.42])))).toMatchObject([
      {binLow: 0.4, binHigh: 0.5, count: 1, share: 1, maximum: 0.42},
    ]);
    expect(await rowsOf(await sourceOf(attemptsOf([0, 0, 0])))).toMatchObject([{binLow: 0, binHigh: 0.1, count: 3, share: 1, mean: 0}]);
  });

  it("counts every attempt once, whatever the environment", async () => {
    const rows = await rowsOf(await sourceOfFiles([sampleFile]), {budgetSeconds: 2 * HOUR, floor: false});
    const totals = new Map<string, {count: number; share: number; attempts: number}>();
    for (const {environment, agent, count, share, attempts} of rows) {
      const total = totals.get(`${environment} ${agent}`) ?? {count: 0, share: 0, attempts};
      totals.set(`${environment} ${agent}`, {...total, count: total.count + count, share: total.share + share});
    }
    expect(totals.size).toBe(7 * 5);
    for (const {count, share, attempts} of totals.values()) expect([count, share]).toEqual([attempts, expect.closeTo(1, 12)]);
  });

  it("names environments in which a participant has attempts only at other limits", async () => {
    const source = await sourceOf([
      ...attemptsOf([0.1, 0.9]),
      ...attemptsOf([0.4, 0.6], {environment: "optimize_kernel"}),
      ...attemptsOf([1], {environment: "rust_codecontests", timeLimitSeconds: 7 * HOUR}),
    ]);
    const {rows, warnings} = await histogramOf(source, {budgetSeconds: HOUR});
    expect(new Set(rows.map(({environment}) => environment))).toEqual(new Set(["fix_embedding", "optimize_kernel"]));
    const message = "A has no histogram in rust_codecontests: no attempts at the limit of 30m@2, its best allocation of 1h";
    expect(warnings).toContainEqual({code: "not-shown", agent: "A", message});
  });

  it("shows participants whole, says so where a breakdown was asked for, and has a reason for no rows", async () => {
    const source = await sourceOf(attemptsOf([0.1], {timeLimitSeconds: 7 * HOUR}));
    const {rows, reason, warnings} = await histogramOf(source, {by: "scaffold"});
    expect(rows).toEqual([]);
    expect(reason).toMatch(/^no participant of the selection has an allocation of any budget/);
    expect(warnings).toContainEqual(expect.objectContaining({code: "option-unused", message: expect.stringContaining("--by scaffold")}));
    expect(warnings).toContainEqual(expect.objectContaining({code: "not-shown", agent: "A"}));
    expect((await histogramOf(await sourceOf(attemptsOf([0.1])))).reason).toBeNull();
  });
});
