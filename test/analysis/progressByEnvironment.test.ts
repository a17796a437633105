import {beforeAll, describe, expect, it} from "vitest";
import type {Source} from "../../src/analysis/context.js";
import {type ProgressByEnvironment, progressByEnvironment} from "../../src/analysis/progressByEnvironment.js";
import {progressCurves} from "../../src/analysis/progressCurves.js";
import type {ProgressOptions} from "../../src/analysis/progressParticipants.js";
import {PROGRESS_TIMES_SECONDS} from "../../src/analysis/progressTimes.js";
import {sampleFile} from "../../src/assets.js";
import type {AttemptInput} from "../../src/record/attempt.js";
import {expectNear, progressFixture} from "./progressFixture.js";
import {attempt, attemptsOf, logged, options, PERSON, sourceOf, sourceOfFiles} from "./stores.js";

const HOUR = 3600;
const asked = (changes: Partial<ProgressOptions> = {}): ProgressOptions => ({...options({bootstrap: 0}), everyAgent: false, ...changes});
const progressOf = async (attempts: AttemptInput[], changes: Partial<ProgressOptions> = {}) =>
  progressByEnvironment(await sourceOf(attempts), asked(changes));
const verticesOf = ({runs}: ProgressByEnvironment, id: string) =>
  runs.filter(({attemptId}) => attemptId === id).map(({timeSeconds, score}): [number, number] => [timeSeconds, score]);
const stepsOf = async (one: AttemptInput, changes: Partial<ProgressOptions> = {}) => verticesOf(await progressOf([one], changes), one.id);

describe("the sample data", () => {
  let source: Source;
  let everyone: ProgressByEnvironment;
  beforeAll(async () => {
    source = await sourceOfFiles([sampleFile]);
    everyone = await progressByEnvironment(source, asked({everyAgent: true}));
  });

  it("have the steps of an independent script", () => {
    for (const [id, ...vertices] of progressFixture.runs) expectNear(verticesOf(everyone, id).flat(), vertices.flat());
    const sum = (of: (row: {timeSeconds: number; score: number}) => number) => everyone.runs.reduce((total, row) => total + of(row), 0);
    const [, ...totals] = progressFixture.vertices.find(([name]) => name === "runs")!;
    expectNear([everyone.runs.length, sum(({timeSeconds}) => timeSeconds), sum(({score}) => score)], totals);
  });

  it("have the means of an independent script", () => {
    for (const [name, within, ...scores] of progressFixture.means) {
      const rows = everyone.means.filter(({agent, environment}) => agent === name && environment === within);
      expect(rows.map(({timeSeconds}) => timeSeconds)).toEqual(PROGRESS_TIMES_SECONDS);
      expectNear(
        rows.map(({score}) => score),
        scores,
      );
    }
    expect(everyone.means).toHaveLength(progressFixture.means.length * PROGRESS_TIMES_SECONDS.length);
  });

  it("show whom progressCurves shows, and average to its curves", async () => {
    const {means, settings} = await progressByEnvironment(source, asked());
    const curves = await progressCurves(source, asked());
    expect(new Set(means.map(({agent}) => agent))).toEqual(new Set(curves.rows.map(({agent}) => agent)));
    expect((settings.command.chosen as unknown[]).length).toBe(2);
    for (const {agent, timeSeconds, score} of curves.rows) {
      const own = means.filter((row) => row.agent === agent && row.timeSeconds === timeSeconds);
      expect(own.reduce((sum, row) => sum + row.score, 0) / own.length).toBeCloseTo(score, 12);
    }
  });

  it("are ordered by environment, agents before people, attempt and time", () => {
    const key = ({environment, kind, agent, attemptId, timeSeconds}: ProgressByEnvironment["runs"][number]) =>
      [environment, kind, agent, attemptId, String(timeSeconds).padStart(9, "0")].join("\u0001");
    const keys = everyone.runs.map(key);
    expect(keys).toEqual([...keys].sort());
  });
});

describe("the steps of an attempt", () => {
  const entries: [number, number | null][] = [
    [600, -0.2],
    [1200, 0.3],
    [1200, 0.4],
    [1800, null],
    [2400, 0.1],
    [3000, 0.4],
    [6000, 0.6],
  ];

  it("rise where something better was scored", async () => {
    expect(await stepsOf(logged(entries))).toEqual([
      [0, 0],
      [1200, 0.4],
      [6000, 0.6],
      [8 * HOUR, 0.6],
    ]);
  });

  it("follow the last valid entry where scores are hidden", async () => {
    const hidden = logged(entries, {environment: "scaling_law", finalScoreRule: "last"});
    expect(await stepsOf({...hidden, finalScore: 0.6})).toEqual([
      [0, 0],
      [1200, 0.4],
      [2400, 0.1],
      [3000, 0.4],
      [6000, 0.6],
      [8 * HOUR, 0.6],
    ]);
  });

  it("go below 0 without the floor", async () => {
    expect((await stepsOf(logged(entries), {floor: false}))[1]).toEqual([600, -0.2]);
  });

  it("end with what the attempt counts with: late entries and scores measured again", async () => {
    const late = logged([
      [8 * HOUR + 288, 0.5],
      [8 * HOUR + 289, 0.9],
    ]);
    expect(await stepsOf(late)).toEqual([
      [0, 0],
      [8 * HOUR, 0.5],
    ]);
    expect(await stepsOf(logged([[60, 0.5]], {finalScoreRule: "remeasured", finalScore: 0.4}))).toEqual([
      [0, 0],
      [60, 0.5],
      [8 * HOUR, 0.4],
    ]);
  });

  it("are flat without a valid score, and where a flag makes it count 0", async () => {
    const flat = [
      [0, 0],
      [8 * HOUR, 0],
    ];
    expect(await stepsOf(logged([]))).toEqual(flat);
    expect(await stepsOf(logged([[60, null]]))).toEqual(flat);
    expect(await stepsOf(logged([[60, 0.5]], {flags: [{flag: "cheating"}]}))).toEqual(flat);
  });

  it("may begin at once", async () => {
    expect(await stepsOf(logged([[0, 0.2]]))).toEqual([
      [0, 0],
      [0, 0.2],
      [8 * HOUR, 0.2],
    ]);
  });

  it("are where the pauses put them on the wall clock, before 8 h", async () => {
    const pauses = [{atWorkingSeconds: 1000, seconds: 7 * HOUR, reason: "break"}];
    expect(await stepsOf(logged(entries, {pauses}), {clock: "wall"})).toEqual([
      [0, 0],
      [1200 + 7 * HOUR, 0.4],
      [8 * HOUR, 0.6],
    ]);
  });

  it("are found in a log of thousands of entries", async () => {
    const many = Array.from({length: 4000}, (_, i): [number, number] => [7 * i, Math.floor(i / 2) / 1000]);
    const steps = await stepsOf(logged(many));
    expect(steps).toHaveLength(2001);
    expect(steps.at(-2)).toEqual([7 * 3998, 1.999]);
  });
});

describe("what is left out", () => {
  it("is counted, and attempts of other limits are no part of this", async () => {
    const final = attemptsOf([0.9, 0.9], {timeLimitSeconds: 8 * HOUR});
    const {runs, means, warnings} = await progressOf([
      logged([[HOUR, 0.4]]),
      ...final,
      attempt(),
      logged([[60, 2]], {timeLimitSeconds: 7200}),
    ]);
    expect(runs).toHaveLength(3);
    expect(means.at(-1)).toEqual({environment: "fix_embedding", agent: "A", kind: "agent", timeSeconds: 8 * HOUR, score: 0.4, attempts: 1});
    expect(warnings.map(({message}) => message)).toEqual(["A: 2 attempts of 8h have no scores over time and are left out"]);
  });

  it("is all outside the environments that --common leaves", async () => {
    const attempts = [
      logged([[60, 0.4]]),
      logged([[60, 0.5]], {environment: "restricted_mlm"}),
      logged([[60, 0.6]], {participant: PERSON}),
    ];
    const {runs, means} = await progressOf(attempts, {common: true});
    for (const rows of [runs, means]) expect(new Set(rows.map(({environment}) => environment))).toEqual(new Set(["fix_embedding"]));
    expect(new Set((await progressOf(attempts)).runs.map(({environment}) => environment)).size).toBe(2);
  });

  it("is everything without score logs, with the reason", async () => {
    const {runs, means, reason} = await progressOf(attemptsOf([1], {timeLimitSeconds: 8 * HOUR}));
    expect([runs, means]).toEqual([[], []]);
    expect(reason).toBe("no score logs: the one 8-hour attempt has its final score only; import records with a scoreLog");
  });
});
