import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {HUMAN_PERCENTILES, humanPercentiles} from "../../src/analysis/humanPercentiles.js";
import type {AnalysisOptions} from "../../src/analysis/settings.js";
import {packageFolder, sampleFile} from "../../src/assets.js";
import type {AttemptInput} from "../../src/record/attempt.js";
import {because} from "../because.js";
import {expectNear, progressFixture} from "./progressFixture.js";
import {attemptsOf, options, PERSON, sourceOf, sourceOfFiles} from "./stores.js";

const EIGHT_HOURS = 28_800;
const people = (scores: readonly (number | null)[], fields: Partial<AttemptInput> = {}) =>
  attemptsOf(scores, {participant: PERSON, timeLimitSeconds: EIGHT_HOURS, ...fields});
const linesOf = async (attempts: AttemptInput[], changes: Partial<AnalysisOptions> = {}) =>
  humanPercentiles(await sourceOf(attempts), options(changes));

const RUNS = join(packageFolder, "..", "shared", "data", "metr", "rebench_runs.jsonl");
const missing = because(existsSync(RUNS) ? null : `no ${RUNS}`);

describe("by numpy", () => {
  it("of the sample data", async () => {
    const {rows, reason} = await humanPercentiles(await sourceOfFiles([sampleFile]), options());
    expect(reason).toBeNull();
    expect(rows.map(({environment, percentile}) => [environment, percentile])).toEqual(
      progressFixture.humanPercentiles.flatMap(([environment]) => HUMAN_PERCENTILES.map((percentile) => [environment, percentile])),
    );
    expectNear(
      rows.map(({score}) => score),
      progressFixture.humanPercentiles.flatMap(([, ...scores]) => scores),
    );
    expect(rows[0]).toMatchObject({environmentCount: 7, environmentTotal: 7, attempts: 71});
  });

  it.skipIf(missing !== "")(`of METR's people, who have no score logs${missing}`, async () => {
    // made by test/fixtures/metr/make_human_percentiles.py
    const fixture = join(import.meta.dirname, "..", "fixtures", "metr", "humanPercentiles.json");
    const expected = JSON.parse(readFileSync(fixture, "utf8")) as [string | null, ...number[]][];
    const {rows, settings} = await humanPercentiles(await sourceOfFiles([RUNS]), options({agents: ["Claude 3 Opus"]}));
    expectNear(
      rows.map(({score}) => score),
      expected.flatMap(([, ...numbers]) => numbers.slice(0, -1)),
    );
    expect(rows.filter(({percentile}) => percentile === 50).map(({environment, attempts}) => [environment, attempts])).toEqual(
      expected.map((row) => [row[0], row.at(-1)]),
    );
    expect(settings.command).toMatchObject({timeLimitSeconds: EIGHT_HOURS});
  });
});

describe("by hand", () => {
  it("are of each environment, then their mean: people of one are not mixed with those of another", async () => {
    const {rows} = await linesOf([...people([0, 1]), ...people([2], {environment: "restricted_mlm"}), ...attemptsOf([9])]);
    const shown = rows.map(({environment, percentile, score}) => [environment, percentile, Number(score.toFixed(12))]);
    expect(shown.slice(0, 5)).toEqual([10, 30, 50, 70, 90].map((p) => [null, p, Number(((p / 100 + 2) / 2).toFixed(12))]));
    expect(shown.slice(5, 10)).toEqual([10, 30, 50, 70, 90].map((p) => ["fix_embedding", p, p / 100]));
    expect(shown.slice(10)).toEqual([10, 30, 50, 70, 90].map((p) => ["restricted_mlm", p, 2]));
    expect(rows[0]).toMatchObject({environmentCount: 2, environmentTotal: 2, attempts: 3});
    expect(rows[5]).toMatchObject({environmentCount: 1, environmentTotal: 1, attempts: 2});
  });

  it("are of one attempt and of ties that score, and of none valid 0", async () => {
    const scoresOf = async (scores: (number | null)[]) => (await linesOf(people(scores))).rows.slice(0, 5).map(({score}) => score);
    expect(await scoresOf([0.7])).toEqual([0.7, 0.7, 0.7, 0.7, 0.7]);
    expect(await scoresOf([0.4, 0.4, 0.4])).toEqual([0.4, 0.4, 0.4, 0.4, 0.4]);
    expect(await scoresOf([null, null])).toEqual([0, 0, 0, 0, 0]);
  });

  it("are of the longest limit up to 8 h that people have, and say how many others there are", async () => {
    const short = people([0.2, 0.4], {timeLimitSeconds: 7200});
    const both = await linesOf([...short, ...people([0.9], {timeLimitSeconds: 14_400}), ...people([3], {timeLimitSeconds: 36_000})]);
    expect(both.rows[0]).toMatchObject({score: 0.9, attempts: 1});
    expect(both.settings.command).toMatchObject({timeLimitSeconds: 14_400});
    const message = "human percentiles are among people's attempts of 4h: 3 of other limits left out";
    expect(both.warnings).toContainEqual({code: "people-limits", agent: "human", message});
    expect((await linesOf(short)).warnings).toEqual([]);
  });

  it("honour flags, environments, --common and --require-all", async () => {
    const attempts = [
      ...people([1, 3]),
      ...people([5], {flags: [{flag: "cheating"}]}),
      ...people([8], {environment: "restricted_mlm"}),
      ...attemptsOf([1]),
    ];
    const median = async (changes: Partial<AnalysisOptions>) =>
      (await linesOf(attempts, changes)).rows.find(({environment, percentile}) => environment === null && percentile === 50)?.score;
    expect(await median({})).toBe(4.5); // (1 of 0, 1, 3; 8)
    expect(await median({flagged: {cheating: "exclude"}})).toBe(5);
    expect(await median({environments: ["fix_embedding"]})).toBe(1);
    expect(await median({common: true})).toBe(1);
    expect((await linesOf(attempts, {requireAll: true})).reason).toMatch(/^--require-all: no attempts in /);
  });

  it("are shown whole, and said so", async () => {
    const {rows, warnings} = await linesOf(people([1]), {by: "cohort"});
    expect(rows).toHaveLength(10);
    expect(warnings).toEqual([{code: "option-unused", agent: null, message: "--by cohort is not used here: participants are shown whole"}]);
  });
});

describe("are refused", () => {
  it("without people, or with longer attempts alone", async () => {
    expect(await linesOf(attemptsOf([1]))).toMatchObject({rows: [], reason: "no attempts by people: import a record or CSV of theirs"});
    const longer = await linesOf(people([1], {timeLimitSeconds: 36_000}));
    expect(longer).toMatchObject({rows: [], reason: "no attempts by people at a limit up to 8h (there are 10h)"});
  });

  it("on a wall clock that was not recorded", async () => {
    const {rows, reason} = await linesOf(people([1]), {clock: "wall"});
    expect(rows).toEqual([]);
    expect(reason).toBe("wall clock unknown: attempts.jsonl records no pauses for 1 of 1 attempts");
  });

  it("for an agent that the store lacks", async () => {
    await expect(linesOf(people([1]), {agents: ["B"]})).rejects.toThrow(expect.objectContaining({code: "unknown-agent"}));
  });
});
