import {beforeAll, describe, expect, it} from "vitest";
import {type RawHistory, rawHistory} from "../../src/analysis/rawHistory.js";
import type {AnalysisOptions} from "../../src/analysis/settings.js";
import {sampleFile} from "../../src/assets.js";
import type {AttemptInput} from "../../src/record/attempt.js";
import {expectNear, progressFixture} from "./progressFixture.js";
import {attempt, attemptsOf, logged, options, otherWarnings, PERSON, sourceOf, sourceOfFiles} from "./stores.js";

const HOUR = 3600;
const historyOf = async (attempts: AttemptInput[], changes: Partial<AnalysisOptions> = {}) =>
  rawHistory(await sourceOf(attempts), options(changes));
const stepsOf = ({rows}: Pick<RawHistory, "rows">, id: string) =>
  rows.filter(({attemptId}) => attemptId === id).map(({timeSeconds, naturalScore}): [number, number] => [timeSeconds, naturalScore]);

/** An attempt in `optimize_kernel` with these running times in milliseconds; its raw scores are their logarithms. */
const kernel = (entries: readonly [number, number | null][], fields: Partial<AttemptInput> & {agent?: string} = {}) => {
  const scoreLog = entries.map(([workingSeconds, ms]) => ({workingSeconds, score: ms === null ? null : Math.log(ms)}));
  const valid = scoreLog.flatMap(({score}) => (score === null ? [] : [score]));
  const finalScore = valid.length === 0 ? null : Math.min(...valid);
  return logged([], {environment: "optimize_kernel", scoreScale: "raw", scoreLog, finalScore, ...fields});
};

describe("the sample data", () => {
  let all: RawHistory;
  beforeAll(async () => {
    all = await rawHistory(await sourceOfFiles([sampleFile]), options());
  });

  it("have the steps of an independent script in natural units", () => {
    for (const [id, ...vertices] of progressFixture.history) expectNear(stepsOf(all, id).flat(), vertices.flat());
    const sum = (of: (row: {timeSeconds: number; naturalScore: number}) => number) => all.rows.reduce((total, row) => total + of(row), 0);
    const [, ...totals] = progressFixture.vertices.find(([name]) => name === "history")!;
    expectNear([all.rows.length, sum(({timeSeconds}) => timeSeconds), sum(({naturalScore}) => naturalScore)], totals);
    expect(all.reason).toBeNull();
  });

  it("have the constants in force in natural units", () => {
    expect(all.environments.map(({environment}) => environment)).toEqual([...new Set(all.rows.map(({environment}) => environment))]);
    const kernelRow = all.environments.find(({environment}) => environment === "optimize_kernel")!;
    expect(kernelRow).toMatchObject({title: "Optimize a kernel", naturalUnit: "ms", direction: "lower", logScale: true, reason: null});
    expect(kernelRow.startingNatural).toBeCloseTo(4.7588212, 6); // Python: math.exp(1.56)
    expect(kernelRow.referenceNatural).toBeCloseTo(1.5999942, 6); // math.exp(0.47)
    const scaling = all.environments.find(({environment}) => environment === "scaling_law")!;
    expect(scaling).toMatchObject({direction: "higher", logScale: false, startingNatural: 0.24, referenceNatural: 0.8});
  });

  it("are of each participant's longest limit", () => {
    const limits = (all.settings.command.limits as {agent: string; timeLimitSeconds: number}[]).map(({agent, timeLimitSeconds}) => [
      agent,
      timeLimitSeconds,
    ]);
    expect(limits).toEqual(progressFixture.curves.map(([agent]) => [agent, 8 * HOUR]));
  });
});

describe("by hand", () => {
  it("begins at the first valid entry, falls to better times, and ends at the limit", async () => {
    const one = kernel([
      [60, null],
      [600, 8],
      [1200, 9],
      [1800, 4],
    ]);
    const history = await historyOf([one]);
    expect(stepsOf(history, one.id)).toEqual([
      [600, expect.closeTo(8, 12)],
      [1800, expect.closeTo(4, 12)],
      [8 * HOUR, expect.closeTo(4, 12)],
    ]);
    expect(history.environments).toMatchObject([{environment: "optimize_kernel", attempts: 1, reason: null}]);
  });

  it("takes each participant's own longest limit that has raw logs", async () => {
    const attempts = [
      kernel([[60, 3]], {id: "a-short", timeLimitSeconds: 1800}),
      kernel([[60, 2]], {id: "a-long"}),
      kernel([[60, 5]], {id: "b-short", agent: "B", timeLimitSeconds: 1800}),
      ...attemptsOf([0.5], {agent: "B", timeLimitSeconds: 8 * HOUR}), // without a log
      kernel([[60, 4]], {id: "person", participant: PERSON}),
    ];
    const {rows, settings} = await historyOf(attempts);
    expect([...new Set(rows.map(({attemptId}) => attemptId))]).toEqual(["a-long", "b-short", "person"]);
    expect(settings.command.limits).toEqual([
      {agent: "A", timeLimitSeconds: 8 * HOUR},
      {agent: "B", timeLimitSeconds: 1800},
      {agent: "human", timeLimitSeconds: 8 * HOUR},
    ]);
  });

  it("shows the constants asked for, and no lines where attempts have several", async () => {
    const recorded = kernel([[60, 3]], {startingScore: Math.log(6), referenceScore: Math.log(2)});
    const lines = async (attempts: AttemptInput[], changes: Partial<AnalysisOptions> = {}) => {
      const [row] = (await historyOf(attempts, changes)).environments;
      return [row!.startingNatural, row!.referenceNatural, row!.reason];
    };
    expect(await lines([recorded])).toEqual([expect.closeTo(6, 12), expect.closeTo(2, 12), null]);
    const paper = [expect.closeTo(Math.exp(1.56), 12), expect.closeTo(Math.exp(0.47), 12), null];
    expect(await lines([recorded], {constants: {optimize_kernel: "paper"}})).toEqual(paper);
    const reason = `attempts are normalized with different constants (start → reference): 1.56 → 0.47, ${Math.log(6)} → ${Math.log(2)}`;
    expect(await lines([recorded, kernel([[60, 3]])])).toEqual([null, null, reason]);
  });

  it("counts what is left out: normalized sources, attempts that count as 0, and those without a valid score", async () => {
    const {rows, warnings} = await historyOf(
      [
        kernel([[60, 3]]),
        kernel([[60, 1]], {flags: [{flag: "cheating"}]}),
        kernel([[60, 1]], {status: "error"}),
        kernel([[60, null]]),
        kernel([[60, 3]], {finalScore: null, scoreLog: [{workingSeconds: 60, score: 1e6}], finalScoreRule: "reported"}), // e^1000000 ms
        logged([[60, 0.5]]),
        attempt(),
      ],
      {errors: "zero"},
    );
    expect(new Set(rows.map(({attemptId}) => attemptId)).size).toBe(1);
    expect(warnings.filter(({message}) => message.includes("not shown")).map(({code, message}) => [code, message])).toEqual([
      ["no-score-log", "1 attempt not shown: no score log"],
      ["stored-normalized", "1 attempt not shown: the source stores normalized scores"],
      ["counts-as-zero", "2 attempts not shown: flagged or lost to infrastructure, and counted as 0"],
      ["no-valid-score", "2 attempts not shown: nothing valid was scored"],
    ]);
    const kept = await historyOf([kernel([[60, 1]], {flags: [{flag: "cheating"}]})], {flagged: {cheating: "keep"}});
    expect(kept.rows).toHaveLength(2);
  });

  it("is of the seven alone with --require-all, and says which options have no use", async () => {
    const {rows, warnings} = await historyOf([kernel([[60, 3]])], {requireAll: true, common: true, by: "category", clock: "wall"});
    expect(rows).toHaveLength(2);
    expect(otherWarnings(warnings).map(({message}) => message)).toEqual([
      "--by category is not used here: participants are shown whole",
      "--common is not used here: each environment stands for itself",
      "--clock wall is not used here: raw scores are shown over working time",
    ]);
  });

  it("is the same, floored or not: raw scores have no floor", async () => {
    const worse = kernel([[60, 100]]);
    expect((await historyOf([worse])).rows).toEqual((await historyOf([worse], {floor: false})).rows);
    expect(stepsOf(await historyOf([worse]), worse.id)[0]![1]).toBeCloseTo(100, 10);
  });
});

describe("is refused", () => {
  it.each<[string, AttemptInput[], Partial<AnalysisOptions>, string]>([
    [
      "for normalized sources",
      [logged([[60, 0.5]]), logged([[60, 0.7]])],
      {},
      "no raw scores: the score logs of 2 attempts are stored normalized; import records with raw scores",
    ],
    ["without score logs", [attempt(), attempt()], {}, "no score logs: none of 2 attempts has one; import records with a scoreLog"],
    [
      "where nothing valid was scored",
      [kernel([[60, null]])],
      {},
      "no raw scores: no attempt with a score log that counts has a valid entry",
    ],
    ["without attempts", [attempt()], {tier: "small"}, "no attempts in the selection"],
  ])("%s", async (_, attempts, changes, reason) => {
    expect(await historyOf(attempts, changes)).toMatchObject({rows: [], environments: [], reason});
  });
});
