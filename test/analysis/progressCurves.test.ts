import {beforeAll, describe, expect, it} from "vitest";
import {analyze} from "../../src/analysis/analyze.js";
import type {Source} from "../../src/analysis/context.js";
import {type ProgressRow, progressCurves} from "../../src/analysis/progressCurves.js";
import type {ProgressOptions} from "../../src/analysis/progressParticipants.js";
import {PROGRESS_TIMES_SECONDS} from "../../src/analysis/progressTimes.js";
import {scoreAtKTable} from "../../src/analysis/scoreAtKTable.js";
import {sampleFile} from "../../src/assets.js";
import type {AttemptInput} from "../../src/record/attempt.js";
import {expectNear, progressFixture} from "./progressFixture.js";
import {attempt, attemptsOf, logged, options, otherWarnings, PERSON, sourceOf, sourceOfFiles} from "./stores.js";

const HOUR = 3600;
const asked = (changes: Partial<ProgressOptions> = {}): ProgressOptions => ({...options(), everyAgent: false, ...changes});
const curvesOf = async (attempts: AttemptInput[], changes: Partial<ProgressOptions> = {}) =>
  progressCurves(await sourceOf(attempts), asked(changes));
const namesIn = (rows: readonly ProgressRow[]) => [...new Set(rows.map(({agent}) => agent))];
const at = (rows: readonly ProgressRow[], agent: string, hours: number) =>
  rows.find((row) => row.agent === agent && row.timeSeconds === hours * HOUR)!;
/** Attempts of a scaffold and model, each with one score after an hour. */
const by = (scaffold: string | null, model: string, scores: readonly number[], fields: Partial<AttemptInput> = {}) =>
  scores.map((score) => {
    const participant = scaffold === null ? {kind: "agent" as const, alias: model} : {kind: "agent" as const, scaffold, model};
    return logged([[HOUR, score]], {participant, ...fields});
  });

describe("the sample data", () => {
  let source: Source;
  beforeAll(async () => {
    source = await sourceOfFiles([sampleFile]);
  });

  it("give every participant the means of an independent script", async () => {
    const {rows, reason} = await progressCurves(source, asked({everyAgent: true, bootstrap: 0}));
    expect(reason).toBeNull();
    expect(namesIn(rows)).toEqual(progressFixture.curves.map(([agent]) => agent));
    expect(rows.slice(0, PROGRESS_TIMES_SECONDS.length).map(({timeSeconds}) => timeSeconds)).toEqual(PROGRESS_TIMES_SECONDS);
    expectNear(
      rows.map(({score}) => score),
      progressFixture.curves.flatMap(([, ...scores]) => scores),
    );
  });

  it("show the best agent of each scaffold, and people last", async () => {
    const {rows, settings} = await progressCurves(source, asked({bootstrap: 0}));
    expect(namesIn(rows)).toEqual([...progressFixture.best.map(([, agent]) => agent), "human"]);
    const of = (scaffold: string) => [`${scaffold} (synthetic-model-a)`, `${scaffold} (synthetic-model-b)`];
    expect(settings.command).toMatchObject({
      chosen: progressFixture.best.map(([scaffold, agent]) => ({scaffold, agent, of: of(scaffold)})),
    });
  });

  it.each<[string, Partial<ProgressOptions>]>([
    ["percentiles", {}],
    ["studentized, other seed and level", {intervalMethod: "studentized", seed: 7, interval: 0.8}],
    ["people resampled", {resample: "people"}],
    ["environments resampled", {resample: "environments"}],
  ])("have the score and interval that score-at-k and analyze give each slice: %s", async (_, changes) => {
    const hours = [0.5, 2, 7.75, 8];
    const {rows} = await progressCurves(source, asked({everyAgent: true, ...changes}));
    const limits = hours.map((each) => each * HOUR);
    // agents have attempts of 30 m and 2 h too, and slices of 2 h attempts: those of 8 h stand beside them
    const table = await scoreAtKTable(source, {...options({allowSlices: "all", ...changes}), ks: [1], timeLimits: limits});
    const {allocations} = await analyze(source, {...options({allowSlices: "all", ...changes}), budgets: limits});
    for (const own of [table.rows, allocations]) {
      const shared = own.filter(
        ({k, timeLimitSeconds, slicedFromSeconds}) => k === 1 && (slicedFromSeconds ?? timeLimitSeconds) === 8 * HOUR,
      );
      expect(shared).toHaveLength(5 * hours.length);
      for (const {agent, timeLimitSeconds, kind, score, low, high, environments, environmentCount, attempts, calibrated} of shared) {
        const expected = {kind, score, low, high, environments, environmentCount, attempts, calibrated};
        expect(low).not.toBeNull();
        expect(at(rows, agent, timeLimitSeconds! / HOUR)).toMatchObject(expected);
      }
    }
  });

  it("start at 0 and never fall before their limit, nor do their intervals, where the best entry counts", async () => {
    const {rows} = await progressCurves(source, asked({everyAgent: true, environments: ["restricted_mlm", "optimize_kernel"]}));
    expect(rows.filter(({timeSeconds}) => timeSeconds === 0).map(({score, low, high}) => [score, low, high])).toEqual(
      Array(5).fill([0, 0, 0]),
    );
    for (const [i, row] of rows.slice(1).entries()) {
      if (row.timeSeconds === 0) continue;
      for (const name of ["score", "low", "high"] as const) expect(row[name]).toBeGreaterThanOrEqual(rows[i]![name]!);
    }
  });

  it("take well under a second a series with 10,000 replicates on one thread (0.06 s where this was written)", async () => {
    const seconds = async (bootstrap: number) => {
      const start = performance.now();
      const {rows} = await progressCurves(source, asked({everyAgent: true, bootstrap, threads: 1}));
      return {seconds: (performance.now() - start) / 1000, series: namesIn(rows).length};
    };
    await seconds(1000); // compiled and warm
    const [none, all] = [await seconds(0), await seconds(10_000)];
    expect((all.seconds - none.seconds) / all.series).toBeLessThan(0.8); // several times what a busy machine takes
  });
});

describe("the best agent of a scaffold", () => {
  const shown = async (attempts: AttemptInput[], changes: Partial<ProgressOptions> = {}) =>
    namesIn((await curvesOf(attempts, {bootstrap: 0, ...changes})).rows);

  it("has the highest mean at 8 h, whatever it had before", async () => {
    const early = by("S", "early", [0.5]);
    const late = [logged([[7 * HOUR, 0.6]], {participant: {kind: "agent", scaffold: "S", model: "late"}})];
    expect(await shown([...early, ...late])).toEqual(["S (late)"]);
    expect(await shown([...early, ...late], {everyAgent: true})).toEqual(["S (early)", "S (late)"]);
  });

  it("covers more environments before it scores more", async () => {
    const wide = [...by("S", "wide", [0.1]), ...by("S", "wide", [0.1], {environment: "restricted_mlm"})];
    expect(await shown([...wide, ...by("S", "narrow", [2])])).toEqual(["S (wide)"]);
    expect(await shown([...wide, ...by("S", "narrow", [2])], {environments: ["fix_embedding"]})).toEqual(["S (narrow)"]);
  });

  it("is the first by name of equal ones, however their sums are rounded", async () => {
    expect(await shown([...by("S", "b", [0.1, 0.2, 0.3]), ...by("S", "a", [0.3, 0.2, 0.1])])).toEqual(["S (a)"]);
    expect(await shown([...by("S", "a", [0.3, 0.2, 0.1]), ...by("S", "b", [0.1, 0.2, 0.3])])).toEqual(["S (a)"]);
  });

  it("is each agent itself without a scaffold, also one named as a scaffold is", async () => {
    const people = [logged([[HOUR, 0.1]], {participant: PERSON})];
    const attempts = [...by(null, "B", [0.1]), ...by(null, "S", [0.2]), ...by("S", "m", [0.3]), ...by("S", "n", [0.4]), ...people];
    const {rows, settings} = await curvesOf(attempts, {bootstrap: 0});
    expect(namesIn(rows)).toEqual(["B", "S", "S (n)", "human"]);
    expect(["B", "S", "S (n)", "human"].map((agent) => at(rows, agent, 0).scaffold)).toEqual([null, null, "S", null]);
    expect(settings.command).toMatchObject({chosen: [{scaffold: "S", agent: "S (n)", of: ["S (m)", "S (n)"]}]});
  });

  it("is chosen before --common asks what rows share", async () => {
    const attempts = [
      ...by("S", "wide", [0.1]),
      ...by("S", "wide", [0.1], {environment: "restricted_mlm"}),
      ...by("S", "narrow", [2]),
      ...by("T", "wide", [0.1]),
      ...by("T", "wide", [0.1], {environment: "restricted_mlm"}),
    ];
    const {rows} = await curvesOf(attempts, {common: true, bootstrap: 0});
    expect(at(rows, "T (wide)", 8)).toMatchObject({environmentCount: 2, environmentTotal: 2});
    const every = await curvesOf(attempts, {common: true, bootstrap: 0, everyAgent: true});
    expect(at(every.rows, "T (wide)", 8)).toMatchObject({environmentCount: 1, environmentTotal: 1});
  });
});

describe("what is left out", () => {
  it("is counted: attempts without logs, and participants all of whose attempts have none", async () => {
    const without = attemptsOf([0.9, 0.9], {timeLimitSeconds: 8 * HOUR});
    const {rows, warnings} = await curvesOf([
      ...by(null, "A", [0.2, 0.4]),
      ...without,
      ...attemptsOf([1], {agent: "C", timeLimitSeconds: 8 * HOUR}),
      attempt({agent: "D"}), // of 30 m: no part of this
    ]);
    expect(namesIn(rows)).toEqual(["A"]);
    expect(at(rows, "A", 8)).toMatchObject({score: expect.closeTo(0.3, 12), attempts: 2});
    expect(otherWarnings(warnings).map(({message}) => message)).toEqual([
      "A: 2 attempts of 8h have no scores over time and are left out",
      "C: one attempt of 8h has no scores over time and is left out",
    ]);
  });

  it("is said of a participant that --require-all leaves out", async () => {
    const names = "fix_embedding gpt2_qa_rl optimize_kernel optimize_llm_foundry restricted_mlm rust_codecontests scaling_law".split(" ");
    const all = names.flatMap((environment) => by(null, "A", [0.5, 0.7], {environment, finalScoreRule: "reported"}));
    const {rows, warnings} = await curvesOf([...all, ...by(null, "B", [1, 1])], {requireAll: true});
    expect(namesIn(rows)).toEqual(["A"]);
    const [warning] = otherWarnings(warnings);
    expect(warning).toMatchObject({code: "no-curve", agent: "B", message: expect.stringMatching(/^B has no curve: --require-all: no att/)});
  });

  it("is the interval of a single attempt, with the reason, never the score", async () => {
    const {rows} = await curvesOf(by(null, "A", [0.4]));
    const reason = "no interval: one attempt only in fix_embedding";
    expect(at(rows, "A", 2)).toMatchObject({score: 0.4, low: null, high: null, calibrated: null, reason});
  });

  it("is said of options without a use", async () => {
    const {warnings} = await curvesOf(by(null, "A", [0.4, 0.5]), {by: "category", allowSlices: "none"});
    expect(otherWarnings(warnings).map(({message}) => message)).toEqual([
      "--allow-slices none is not used here: scores over time are those of longer attempts",
      "--by category is not used here: participants are shown whole",
    ]);
  });

  it.each<[string, AttemptInput[], Partial<ProgressOptions>, string]>([
    [
      "without score logs",
      attemptsOf([1, 2], {timeLimitSeconds: 8 * HOUR}),
      {},
      "no score logs: all 2 8-hour attempts have their final score only; import records with a scoreLog",
    ],
    ["without 8-hour attempts", [attempt()], {}, "no attempts of 8h in the selection, in which scores over time are followed"],
    ["without any attempt", [attempt()], {tier: "small"}, "no attempts of 8h in the selection, in which scores over time are followed"],
    [
      "on a wall clock that was not recorded",
      by(null, "A", [1]),
      {clock: "wall"},
      "A: wall clock unknown: attempts.jsonl records no pauses for 1 of 1 attempts",
    ],
  ])("is everything %s, with the reason", async (_, attempts, changes, reason) => {
    expect(await curvesOf(attempts, changes)).toMatchObject({rows: [], reason});
  });
});
