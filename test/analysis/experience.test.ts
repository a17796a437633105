import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import type {Source} from "../../src/analysis/context.js";
import {type Experience, experience} from "../../src/analysis/experience.js";
import type {AnalysisOptions} from "../../src/analysis/settings.js";
import {packageFolder, sampleFile} from "../../src/assets.js";
import type {AttemptInput} from "../../src/record/attempt.js";
import {because} from "../because.js";
import {attempt, options, sourceOf, sourceOfFiles} from "./stores.js";

const RUNS = join(packageFolder, "..", "shared", "data", "metr", "rebench_runs.jsonl");
const missing = because(existsSync(RUNS) ? null : `no ${RUNS}`);

const experienceOf = (source: Source, changes: Partial<AnalysisOptions> = {}) => experience(source, options(changes));

/** An attempt of a person with so many years. */
const made = (finalScore: number | null, yearsExperience: number | null, person: string | null = "p", fields: Partial<AttemptInput> = {}) =>
  attempt({participant: {kind: "human", person, yearsExperience}, timeLimitSeconds: 28_800, finalScore, ...fields});

it("of the sample data is that of an independent script", async () => {
  // made by test/fixtures/figures/make_pace.py
  const file = join(packageFolder, "test", "fixtures", "figures", "experience.json");
  const expected = JSON.parse(readFileSync(file, "utf8")) as Pick<Experience, "rows" | "points">;
  const {rows, points, reason} = await experienceOf(await sourceOfFiles([sampleFile]));
  const close = (row: object) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === "number" ? expect.closeTo(value, 9) : value]));
  expect(rows).toEqual(expected.rows.map(close));
  expect(points).toEqual(expected.points.map(close));
  expect(reason).toBeNull();
});

describe.skipIf(missing !== "")(`METR's runs${missing}`, () => {
  it("record no experience, and it says so", async () => {
    const reason = expect.stringMatching(/^none of the 93 attempts by people records years of experience/);
    expect(await experienceOf(await sourceOfFiles([RUNS]))).toMatchObject({rows: [], points: [], reason});
  });
});

describe("by hand", () => {
  it("cuts at a fifth of n + 1 of the ranks, and counts attempts and people", async () => {
    const scores = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]; // ranks 1 to 9 of 9: shares 0.1 to 0.9
    const {rows} = await experienceOf(await sourceOf(scores.map((score, i) => made(score, i, i < 2 ? "p" : `p${i}`))));
    expect(rows.map(({quintile, attempts, people, lowScore, highScore}) => [quintile, attempts, people, lowScore, highScore])).toEqual([
      [1, 2, 1, 0.1, 0.2],
      [2, 2, 2, 0.3, 0.4],
      [3, 2, 2, 0.5, 0.6],
      [4, 2, 2, 0.7, 0.8],
      [5, 1, 1, 0.9, 0.9],
    ]);
    expect(rows[0]).toMatchObject({medianYears: 0.5, p25Years: 0.25, p75Years: 0.75, meanYears: 0.5});
  });

  it("ranks within environments, so that they do not differ", async () => {
    const low = [0.01, 0.02, 0.03, 0.04].map((score, i) => made(score, i));
    const high = [10, 20, 30, 40].map((score, i) => made(score, i, "q", {environment: "optimize_kernel"}));
    const {rows} = await experienceOf(await sourceOf([...low, ...high]));
    expect(rows.map(({quintile, attempts, meanYears, people}) => [quintile, attempts, meanYears, people])).toEqual([
      [1, 2, 0, 2],
      [2, 2, 1, 2],
      [3, 2, 2, 2],
      [4, 2, 3, 2],
    ]);
  });

  it("puts one attempt, and attempts that all tie, in the middle", async () => {
    expect((await experienceOf(await sourceOf([made(0.5, 3)]))).rows).toMatchObject([
      {quintile: 3, attempts: 1, medianYears: 3, p25Years: 3},
    ]);
    const tied = [1, 2, 6].map((years) => made(null, years)); // no valid score: 0
    expect((await experienceOf(await sourceOf(tied))).rows).toMatchObject([
      {quintile: 3, attempts: 3, medianYears: 2, meanYears: 3, highScore: 0},
    ]);
  });

  it("ranks attempts without years, leaves them out and counts them; null people where one names nobody", async () => {
    const source = await sourceOf([made(0.1, null), made(0.2, null), made(0.3, null), made(0.9, 0, null)]);
    const {rows, points, warnings} = await experienceOf(source);
    expect(rows).toMatchObject([{quintile: 4, attempts: 1, people: null, medianYears: 0}]); // rank 4 of 4
    expect(points).toMatchObject([{quintile: 4, years: 0, score: 0.9, environment: "fix_embedding"}]);
    const message = "3 of 4 attempts by people record no years of experience and are left out";
    expect(warnings).toContainEqual({code: "no-experience", agent: "human", message});
  });

  it("leaves agents out, honours the selection, and has a reason where nobody is left", async () => {
    const source = await sourceOf([made(0.1, 1), made(0.2, 2, "q", {environment: "optimize_kernel"}), attempt({finalScore: 0.9})]);
    const {points} = await experienceOf(source, {environments: ["fix_embedding"]});
    expect(points).toMatchObject([{quintile: 3, years: 1}]);
    const none = {rows: [], points: [], reason: "there are no attempts by people in the selection"};
    expect(await experienceOf(source, {agents: ["A"]})).toMatchObject(none);
    const {settings} = await experienceOf(source);
    expect(settings.command).toMatchObject({quintile: expect.stringContaining("in the same environment")});
  });
});
