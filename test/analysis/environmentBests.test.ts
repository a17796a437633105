import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {analyze} from "../../src/analysis/analyze.js";
import type {Source} from "../../src/analysis/context.js";
import {type EnvironmentBestRow, type EnvironmentBestsOptions, environmentBests} from "../../src/analysis/environmentBests.js";
import {packageFolder, sampleFile} from "../../src/assets.js";
import {because} from "../because.js";
import {attempt, attemptsOf, logged, options, otherWarnings, PERSON, sourceOf, sourceOfFiles} from "./stores.js";

const HOUR = 3600;
const RUNS = join(packageFolder, "..", "shared", "data", "metr", "rebench_runs.jsonl");
const missing = because(existsSync(RUNS) ? null : `no ${RUNS}`);
const fixture = (topic: string) =>
  JSON.parse(readFileSync(join(packageFolder, "test", "fixtures", topic, "bests.json"), "utf8")) as Partial<EnvironmentBestRow>[];

const bestsOf = (source: Source, changes: Partial<EnvironmentBestsOptions> = {}) => environmentBests(source, {...options(), ...changes});
const rowsOf = async (source: Source, changes: Partial<EnvironmentBestsOptions> = {}) => (await bestsOf(source, changes)).rows;

function expectRows(rows: readonly EnvironmentBestRow[], expected: readonly Partial<EnvironmentBestRow>[]): void {
  expect(rows.length).toBe(expected.length);
  expected.forEach((own, i) => {
    for (const [name, value] of Object.entries(own)) {
      const found = rows[i]![name as keyof EnvironmentBestRow];
      if (typeof value === "number") expect(found, `${i} ${name}`).toBeCloseTo(value, 9);
      else expect(found, `${i} ${name}`).toBe(value);
    }
  });
}

describe("the sample data", () => {
  it("have the rows of an independent script", async () => {
    // made by test/fixtures/figures/make_bests.py
    expectRows(await rowsOf(await sourceOfFiles([sampleFile]), {bootstrap: 0}), fixture("figures"));
  });

  it("have one warning about intervals, and those about attempts once", async () => {
    const {warnings} = await bestsOf(await sourceOfFiles([sampleFile]));
    const codes = ["synthetic", "errors-dropped", "uncalibrated", "smaller-budget"];
    expect(warnings.map(({code}) => code).filter((code) => codes.includes(code))).toEqual(codes);
  });

  it("have the scores and intervals that analyze gives, by environment and for all", async () => {
    const source = await sourceOfFiles([sampleFile]);
    const rows = await rowsOf(source);
    for (const by of ["environment", null] as const) {
      const {budgets} = await analyze(source, {...options({by}), budgets: [32 * HOUR, 8 * HOUR]});
      for (const row of rows.filter(({environment}) => (environment === null) === (by === null))) {
        const {environment, agent, timeBudgetSeconds, timeLimitSeconds, k, score, low, high, attempts} = row;
        expect(timeBudgetSeconds).toBe(environment === "scaling_law" ? 8 * HOUR : 32 * HOUR); // hidden scores: one attempt only
        const same = budgets.find(
          (each) => each.environment === environment && each.agent === agent && each.timeBudgetSeconds === timeBudgetSeconds,
        );
        expect(same).toMatchObject({timeLimitSeconds, k, score, low, high, attempts});
        expect(low! <= score! && score! <= high!).toBe(true);
      }
    }
  });
});

describe.skipIf(missing !== "")(`METR's runs${missing}`, () => {
  it("have the rows of an independent script, people's 32 hours as 8h@4", async () => {
    // made by test/fixtures/metr/make_figures.py
    const rows = await rowsOf(await sourceOfFiles([RUNS]), {bootstrap: 0});
    expectRows(rows, fixture("metr"));
    const people = rows.find(({environment, kind}) => environment === null && kind === "human")!;
    expect(people).toMatchObject({timeLimitSeconds: 8 * HOUR, k: 4, fullBudget: true, bestEnvironments: 6});
    expect(people.score!.toFixed(3)).toBe("1.535");
  });
});

describe("by hand", () => {
  const records = [
    ...attemptsOf([0.1, 0.5], {timeLimitSeconds: HOUR}),
    attempt({id: "top", finalScore: 0.9, timeLimitSeconds: 5 * HOUR}),
    attempt({id: "top too", finalScore: 0.9, timeLimitSeconds: 5 * HOUR}),
    ...attemptsOf([0.7, 0.3], {environment: "scaling_law", timeLimitSeconds: HOUR}),
    ...attemptsOf([0.2, 0.4], {participant: PERSON, timeLimitSeconds: 8 * HOUR}),
  ];

  it("has the budget's best allocation, or that of the largest smaller budget, and the best of any attempt", async () => {
    const {rows, warnings} = await bestsOf(await sourceOf(records), {budgetSeconds: 2 * HOUR});
    const hour = {timeLimitSeconds: HOUR, sliced: false};
    const star = {bestAttemptId: null, bestEnvironments: 1};
    expect(rows).toMatchObject([
      {
        environment: "fix_embedding",
        agent: "A",
        timeBudgetSeconds: 2 * HOUR,
        fullBudget: true,
        ...hour,
        k: 2,
        score: 0.5,
        attempts: 2,
        best: 0.9,
        bestAttemptId: "top",
      },
      {
        environment: "fix_embedding",
        agent: "human",
        timeBudgetSeconds: 2 * HOUR,
        fullBudget: false,
        timeLimitSeconds: null,
        k: null,
        score: null,
        best: 0.4,
      },
      {
        environment: "scaling_law",
        agent: "A",
        timeBudgetSeconds: HOUR,
        fullBudget: false,
        ...hour,
        k: 1,
        score: 0.5,
        best: 0.7,
        bestEnvironments: 1,
      },
      {
        environment: null,
        agent: "A",
        timeBudgetSeconds: 2 * HOUR,
        fullBudget: true,
        ...hour,
        k: 2,
        score: 0.5,
        environmentCount: 2,
        best: 0.9,
        ...star,
      },
      {environment: null, agent: "human", score: null, best: 0.4, environmentCount: 0, ...star},
    ]);
    expect(rows[1]!.reason).toMatch(/^no attempts were made at a limit that fits 2h/);
    expect(rows[0]!.reason).toBeNull();
    const message = "1 of 5 rows are of a smaller budget than 2h, for which they have no allocation with a score; each says which";
    expect(otherWarnings(warnings)).toContainEqual({code: "smaller-budget", agent: null, message});
  });

  it("leaves hidden scores out of the mean of bests, null where there are no others", async () => {
    const source = await sourceOf(attemptsOf([0.7, 0.3], {environment: "scaling_law"}));
    const [own, all] = await rowsOf(source, {budgetSeconds: 1800});
    expect(own).toMatchObject({environment: "scaling_law", best: 0.7, bestEnvironments: 1});
    expect(all).toMatchObject({environment: null, score: 0.5, best: null, bestEnvironments: 0});
  });

  it("with one attempt has a score and no interval, and says why", async () => {
    const rows = await rowsOf(await sourceOf(attemptsOf([0.3])), {budgetSeconds: 1800});
    for (const row of rows)
      expect(row).toMatchObject({score: 0.3, low: null, high: null, best: 0.3, reason: expect.stringContaining("one attempt only")});
  });

  it("marks slices, and counts flagged attempts as they are treated", async () => {
    const flagged = logged([[100, 2]], {flags: [{flag: "cheating"}]});
    const source = await sourceOf([
      flagged,
      logged([
        [100, 0.2],
        [9000, 0.6],
      ]),
    ]);
    const [row] = await rowsOf(source, {budgetSeconds: HOUR});
    expect(row).toMatchObject({timeLimitSeconds: HOUR, sliced: true, k: 1, score: 0.1, best: 0.6});
    expect((await rowsOf(source, {budgetSeconds: HOUR, flagged: {}}))[0]).toMatchObject({score: 1.1, best: 2});
  });

  it("under --common and --agents keeps to what is asked for, and warns of no warning twice", async () => {
    const source = await sourceOf(records);
    const rows = await rowsOf(source, {budgetSeconds: 8 * HOUR, common: true});
    expect([...new Set(rows.map(({environment}) => environment))]).toEqual(["fix_embedding", null]);
    expect(rows.find(({environment, agent}) => environment === null && agent === "A")).toMatchObject({environmentTotal: 1, best: 0.9});
    const {rows: alone, warnings} = await bestsOf(source, {agents: ["A"], budgetSeconds: HOUR, by: "cohort"});
    expect(new Set(alone.map(({agent}) => agent))).toEqual(new Set(["A"]));
    expect(new Set(warnings.map(({message}) => message)).size).toBe(warnings.length);
    expect(warnings).toContainEqual(expect.objectContaining({code: "option-unused", message: expect.stringContaining("--by cohort")}));
  });

  it("has a reason where nothing is left", async () => {
    const source = await sourceOf([attempt({status: "error"})]);
    expect(await bestsOf(source)).toMatchObject({rows: [], reason: expect.stringContaining("no attempts in the selection")});
    expect((await bestsOf(await sourceOf(attemptsOf([0.3])))).reason).toBeNull();
  });
});
