import {describe, expect, it} from "vitest";
import {type HumanProgressRow, humanProgress} from "../../src/analysis/humanProgress.js";
import {PROGRESS_TIMES_SECONDS} from "../../src/analysis/progressTimes.js";
import {scoreAtKTable} from "../../src/analysis/scoreAtKTable.js";
import type {AnalysisOptions} from "../../src/analysis/settings.js";
import {sampleFile} from "../../src/assets.js";
import type {AttemptInput} from "../../src/record/attempt.js";
import {expectNear, progressFixture} from "./progressFixture.js";
import {attempt, attemptsOf, logged, options, PERSON, sourceOf, sourceOfFiles} from "./stores.js";

const HOUR = 3600;
const person = (entries: readonly [number, number | null][], fields: Partial<AttemptInput> = {}) =>
  logged(entries, {participant: PERSON, ...fields});
const progressOf = async (attempts: AttemptInput[], changes: Partial<AnalysisOptions> = {}) =>
  humanProgress(await sourceOf(attempts), options(changes));
const at = (rows: readonly HumanProgressRow[], hours: number) => rows.find(({timeSeconds}) => timeSeconds === hours * HOUR)!;

describe("the sample data", () => {
  it("give the means and percentiles of numpy at every time", async () => {
    const {rows, reason, warnings} = await humanProgress(await sourceOfFiles([sampleFile]), options());
    expect(reason).toBeNull();
    expect(rows.map(({timeSeconds}) => timeSeconds)).toEqual(PROGRESS_TIMES_SECONDS);
    expectNear(
      rows.flatMap(({timeSeconds, mean, p10, p25, p50, p75, p90}) => [timeSeconds, mean, p10, p25, p50, p75, p90]),
      progressFixture.humanProgress.flat(),
    );
    for (const row of rows) expect(row).toMatchObject({environmentCount: 7, environmentTotal: 7, attempts: 71});
    expect(warnings.map(({code}) => code)).toEqual(["synthetic"]); // no attempt by people was lost
  });

  it("end at people's score@1 of 8 h", async () => {
    const source = await sourceOfFiles([sampleFile]);
    const {rows} = await humanProgress(source, options());
    const table = await scoreAtKTable(source, {...options({bootstrap: 0, agents: ["human"]}), ks: [1], timeLimits: [2 * HOUR, 8 * HOUR]});
    expect(rows.at(-1)!.mean).toBeCloseTo(table.rows[1]!.score!, 12);
    expect(at(rows, 2).mean).toBeCloseTo(table.rows[0]!.score!, 12);
  });
});

describe("by hand", () => {
  it("is a step up where a score was reached, 0 before", async () => {
    const {rows} = await progressOf([person([[1 * HOUR, 0.4]]), person([[1 * HOUR + 1, 0.8]])]);
    const row = (hours: number) => {
      const {mean, p10, p50, p90} = at(rows, hours);
      return [mean, p10, p50, p90].map((value) => Number(value.toFixed(12)));
    };
    expect(row(0.75)).toEqual([0, 0, 0, 0]);
    expect(row(1)).toEqual([0.2, 0.04, 0.2, 0.36]);
    expect(row(1.25)).toEqual([0.6, 0.44, 0.6, 0.76]);
    expect(row(8)).toEqual([0.6, 0.44, 0.6, 0.76]);
  });

  it("starts at 0, also where an entry has no time behind it, and below 0 counts without the floor", async () => {
    const {rows} = await progressOf([person([[0, -0.5]])], {floor: false});
    expect([0, 0.25, 8].map((hours) => at(rows, hours).mean)).toEqual([0, -0.5, -0.5]);
  });

  it("averages environments, not people", async () => {
    const one = person([[HOUR, 1]], {environment: "restricted_mlm"});
    const {rows} = await progressOf([one, ...[0, 0, 0].map((score) => person([[HOUR, score]]))]);
    expect(at(rows, 2)).toMatchObject({mean: 0.5, p10: 0.5, p90: 0.5, environmentCount: 2, attempts: 4});
  });

  it("ends with what an attempt counts with: late entries, and scores measured again", async () => {
    const late = person([[8 * HOUR + 100, 0.9]]);
    const measured = person([[HOUR, 0.5]], {finalScoreRule: "remeasured", finalScore: 0.7});
    const {rows} = await progressOf([late, measured]);
    expect([7.75, 8].map((hours) => at(rows, hours).mean)).toEqual([0.25, 0.8]);
  });

  it("counts those without score logs, and of other limits, in warnings", async () => {
    const final = attemptsOf([0.9, 0.9], {participant: PERSON, timeLimitSeconds: 8 * HOUR});
    const short = person([[600, 0.5]], {timeLimitSeconds: 2 * HOUR});
    const {rows, warnings} = await progressOf([person([[HOUR, 0.4]]), ...final, short, attempt()]);
    expect(at(rows, 8)).toMatchObject({mean: 0.4, attempts: 1});
    expect(warnings.map(({message}) => message)).toEqual([
      "human: 2 attempts of 8h have no scores over time and are left out",
      "scores over time are of people's 8-hour attempts: 1 of other limits left out",
    ]);
  });

  it("never falls where the best entry counts", async () => {
    const {rows} = await humanProgress(await sourceOfFiles([sampleFile]), options({environments: ["optimize_kernel", "restricted_mlm"]}));
    for (const name of ["mean", "p10", "p50", "p90"] as const) {
      for (const [i, row] of rows.slice(1).entries()) expect(row[name]).toBeGreaterThanOrEqual(rows[i]![name]);
    }
    expect(rows[0]).toMatchObject({environmentCount: 2, environmentTotal: 2});
  });

  it("takes --common as people's environments, and --clock wall by the pauses", async () => {
    const pauses = [{atWorkingSeconds: 600, seconds: HOUR, reason: "break"}];
    const attempts = [person([[HOUR, 0.4]], {pauses}), attempt({environment: "restricted_mlm"})];
    expect((await progressOf(attempts)).rows[0]).toMatchObject({environmentCount: 1, environmentTotal: 2});
    expect((await progressOf(attempts, {common: true})).rows[0]).toMatchObject({environmentCount: 1, environmentTotal: 1});
    const {rows} = await progressOf(attempts, {clock: "wall"});
    expect([1, 1.75, 2].map((hours) => at(rows, hours).mean)).toEqual([0, 0, 0.4]);
  });
});

describe("is refused", () => {
  it.each<[string, AttemptInput[], Partial<AnalysisOptions>, string]>([
    ["without people", [attempt()], {}, "no attempts by people: import a record or CSV of theirs"],
    [
      "without score logs",
      attemptsOf([1, 2], {participant: PERSON, timeLimitSeconds: 8 * HOUR}),
      {},
      "people: no score logs: all 2 8-hour attempts have their final score only; import records with a scoreLog",
    ],
    [
      "without 8-hour attempts",
      [person([[60, 1]], {timeLimitSeconds: 2 * HOUR})],
      {},
      "people: no attempts of 8h (there are 2h), in which scores over time are followed",
    ],
    ["where only agents were asked for", [person([[60, 1]]), attempt()], {agents: ["A"]}, "people are not among --agents: add human"],
    [
      "on a wall clock that was not recorded",
      [person([[60, 1]], {pauses: null})],
      {clock: "wall"},
      "people: wall clock unknown: attempts.jsonl records no pauses for 1 of 1 attempts",
    ],
  ])("%s", async (_, attempts, changes, reason) => {
    expect(await progressOf(attempts, changes)).toMatchObject({rows: [], reason});
  });
});
