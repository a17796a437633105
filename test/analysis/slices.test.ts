import {describe, expect, it} from "vitest";
import {analyze, type BudgetRow} from "../../src/analysis/analyze.js";
import {scoreAtKTable} from "../../src/analysis/scoreAtKTable.js";
import type {AnalysisOptions} from "../../src/analysis/settings.js";
import {randomStream} from "../../src/random.js";
import type {AttemptInput} from "../../src/record/attempt.js";
import {attempt, attemptsOf, logged, options, PERSON, sourceOf} from "./stores.js";

const HOUR = 3600;
const rowsAt = async (attempts: AttemptInput[], hours: number[], changes: Partial<AnalysisOptions> = {}, k: number[] = [1]) =>
  (
    await scoreAtKTable(await sourceOf(attempts), {
      ...options({bootstrap: 0, ...changes}),
      ks: k,
      timeLimits: hours.map((each) => each * HOUR),
    })
  ).rows;
const scoresAt = async (attempts: AttemptInput[], hours: number[], changes: Partial<AnalysisOptions> = {}) =>
  (await rowsAt(attempts, hours, changes)).map(({score}) => score);
const budget = async (attempts: AttemptInput[], hours: number, changes: Partial<AnalysisOptions> = {}): Promise<BudgetRow> =>
  (await analyze(await sourceOf(attempts), {...options({bootstrap: 0, ...changes}), budgets: [hours * HOUR]})).budgets[0]!;

describe("the value of an attempt before its limit", () => {
  const one = logged([
    [1 * HOUR, 0.4],
    [2 * HOUR, null],
    [3 * HOUR, 0.2],
    [5 * HOUR, 0.7],
  ]);

  it("is its best valid entry until then, 0 before the first, the last value after its end", async () => {
    expect(await scoresAt([one], [0.5, 1, 2, 4, 5, 7, 8])).toEqual([0, 0.4, 0.4, 0.4, 0.7, 0.7, 0.7]);
  });

  it("is the last valid entry where scores are hidden", async () => {
    const hidden = {...one, environment: "scaling_law", finalScoreRule: "last"} as const;
    expect(await scoresAt([hidden], [0.5, 1, 2, 4, 5])).toEqual([0, 0.4, 0.4, 0.2, 0.7]);
  });

  it("is 0 at any time for an attempt without a valid score, and for one that a flag sets to 0", async () => {
    const cheated = {...one, id: "cheat", flags: [{flag: "cheating"}]};
    expect(await scoresAt([one, logged([]), logged([[HOUR, null]]), cheated], [1, 5])).toEqual([0.1, 0.175]);
  });

  it("ignores entries later than the limit + 1 %, and counts one exactly there", async () => {
    const until = (seconds: number) =>
      logged(
        [
          [100, 0.3],
          [seconds, 0.9],
        ],
        {timeLimitSeconds: 7200},
      );
    expect(await scoresAt([until(7272)], [2])).toEqual([0.9]);
    expect(await scoresAt([until(7272.5)], [2])).toEqual([0.3]);
    expect(await scoresAt([logged([[7300, 0.9]], {timeLimitSeconds: 7200})], [2])).toEqual([0]);
  });

  it("always counts a final score without a time: measured again, reported, or without a log", async () => {
    const entries: [number, number][] = [[7300, 0.9]]; // late
    const final = (fields: Partial<AttemptInput>) => logged(entries, {timeLimitSeconds: 7200, finalScore: 0.6, ...fields});
    expect(await scoresAt([final({finalScoreRule: "remeasured"})], [2])).toEqual([0.6]);
    expect(await scoresAt([final({finalScoreRule: "reported"})], [2])).toEqual([0.6]);
    expect(await scoresAt([attempt({timeLimitSeconds: 7200, finalScore: 0.6, finalScoreRule: "best"})], [2])).toEqual([0.6]);
  });

  it("is unknown where the log holds no scores, or there is none, whatever the final score", async () => {
    const silent = {...logged([[HOUR, null]]), finalScore: 0.8, finalScoreRule: "reported"} as const;
    const [row] = await rowsAt([silent], [2]);
    expect(row).toMatchObject({score: null, reason: expect.stringContaining("no attempts at 2h")});
    // an attempt without log or score is not taken out of its source as a 0
    const failed = attempt({timeLimitSeconds: 8 * HOUR, finalScore: null});
    expect((await budget([attempt({timeLimitSeconds: 8 * HOUR}), failed], 2)).reason).toMatch(/no score logs/);
  });

  it("leaves attempts without a log out of a slice, and says how many", async () => {
    const source = await sourceOf([one, ...attemptsOf([0.9, 0.9], {timeLimitSeconds: 8 * HOUR})]);
    const {budgets, warnings} = await analyze(source, {...options({bootstrap: 0}), budgets: [2 * HOUR]});
    expect(budgets[0]).toMatchObject({score: 0.4, attempts: 1, sliced: true, slicedFromSeconds: 8 * HOUR});
    expect(warnings).toContainEqual({
      code: "no-score-log",
      agent: "A",
      message: "A at 2h: 2 attempts of 8h have no scores over time and are left out",
    });
  });
});

describe("slices and attempts made at the time", () => {
  const long = [0.2, 0.6].map((score) => logged([[HOUR, score]]));
  const native = attemptsOf([0.1, 0.1], {timeLimitSeconds: 2 * HOUR});

  it("are never pooled; native wins", async () => {
    const row = await budget([...long, ...native], 2);
    expect(row).toMatchObject({score: 0.1, attempts: 2, sliced: false, k: 1});
    expect(await budget([...long, ...native], 2, {allowSlices: "all"})).toMatchObject({score: 0.1, sliced: false});
  });

  it("stand beside each other as candidates only with `all`", async () => {
    const candidates = async (allowSlices: AnalysisOptions["allowSlices"]) => {
      const {allocations} = await analyze(await sourceOf([...long, ...native]), {
        ...options({bootstrap: 0, allowSlices}),
        budgets: [2 * HOUR],
      });
      return allocations.map(({sliced, score, attempts}) => [sliced, score, attempts]);
    };
    expect(await candidates("none")).toEqual([[false, 0.1, 2]]);
    expect(await candidates("missing")).toEqual([[false, 0.1, 2]]);
    expect(await candidates("all")).toEqual([
      [false, 0.1, 2],
      [true, 0.4, 2],
    ]);
  });

  it("are said to change nothing in score-at-k without time limits", async () => {
    const warningsOf = async (timeLimits: number[] | null) =>
      (await scoreAtKTable(await sourceOf(long), {...options({bootstrap: 0, allowSlices: "all"}), ks: null, timeLimits})).warnings;
    expect(await warningsOf(null)).toMatchObject([{code: "option-unused"}]);
    expect(await warningsOf([2 * HOUR])).toEqual([]);
  });

  it("give nothing with `none` where none were made", async () => {
    expect(await budget(long, 2)).toMatchObject({score: 0.4, sliced: true, k: 1});
    const row = await budget(long, 2, {allowSlices: "none"});
    expect(row.score).toBeNull();
    expect(row.reason).toMatch(/--allow-slices none/);
  });

  it("are kept apart where one budget has both: only k = 1 is sliced", async () => {
    const rows = await rowsAt(long, [2], {}, [1, 2]);
    expect(rows[0]).toMatchObject({k: 1, score: 0.4, sliced: true});
    expect(rows[1]).toMatchObject({k: 2, score: null, reason: "attempts seen before their limit enter only at k = 1"});
    expect(await budget(long, 4)).toMatchObject({k: 1, sliced: true, timeLimitSeconds: 4 * HOUR}); // never 2h@2
  });

  it("share resamples: intervals never fall with time, and the last slice equals the whole", async () => {
    const random = randomStream("slices");
    const attempts = Array.from({length: 12}, () =>
      logged([
        [1 * HOUR, random.uniform() / 2],
        [2 * HOUR, random.uniform()],
        [7 * HOUR, random.uniform() * 1.5],
      ]),
    );
    const rows = await rowsAt(attempts, [1, 2, 4, 7, 8], {bootstrap: 300});
    for (const [i, row] of rows.slice(1).entries()) {
      const before = rows[i]!;
      for (const name of ["score", "low", "high", "bootstrapMean"] as const) expect(row[name]).toBeGreaterThanOrEqual(before[name]!);
    }
    const {score, low, high, bootstrapMean} = rows[4]!;
    expect(rows[3]).toMatchObject({score, low, high, bootstrapMean, sliced: true});
    expect(rows[4]!.sliced).toBe(false);
  });
});

describe("people", () => {
  const person = {participant: PERSON};
  const people = [0.2, 0.4, 0.9, 1.3].map((score) => logged([[2 * HOUR, score]], person));

  it("are one attempt seen at T up to 8 h, multiples of 8 h beyond, else nothing", async () => {
    expect(await budget(people, 2)).toMatchObject({score: expect.closeTo(0.7, 12), k: 1, timeLimitSeconds: 2 * HOUR, sliced: true});
    expect(await budget(people, 8)).toMatchObject({score: expect.closeTo(0.7, 12), k: 1, timeLimitSeconds: 8 * HOUR, sliced: false});
    const [sixteen, thirtyTwo] = [await budget(people, 16), await budget(people, 32)];
    expect(sixteen).toMatchObject({k: 2, timeLimitSeconds: 8 * HOUR});
    expect(thirtyTwo).toMatchObject({score: 1.3, k: 4, timeLimitSeconds: 8 * HOUR});
    expect(await budget(people, 12)).toMatchObject({score: null, reason: expect.stringContaining("at multiples of 8h")});
    expect(await budget(people, 64)).toMatchObject({score: null, reason: expect.stringContaining("8h@8: too few attempts")});
  });

  it("have nothing before their limit without score logs", async () => {
    const row = await budget(attemptsOf([0.2, 0.4], {...person, timeLimitSeconds: 8 * HOUR}), 2);
    expect(row.score).toBeNull();
    expect(row.reason).toBe(
      "no attempts were made at a limit that fits 2h (there are 8h), and there are no score logs to see longer ones at 2h",
    );
  });

  it("count in attempts of 8 h, whatever other limits some had", async () => {
    const short = attemptsOf([0.2, 0.4, 0.9], {...person, timeLimitSeconds: 4 * HOUR});
    expect(await budget(short, 4)).toMatchObject({score: 0.5, k: 1});
    expect((await budget(short, 8)).score).toBeNull();
    expect((await budget(short, 16)).reason).toContain("there are attempts of 4h");
    const withLonger = [...people, ...attemptsOf([2], {...person, timeLimitSeconds: 10 * HOUR})];
    expect(await budget(withLonger, 32)).toMatchObject({score: 1.3, k: 4, timeLimitSeconds: 8 * HOUR});
  });

  it("say why several short attempts are not put in the place of a long one", async () => {
    const short = attemptsOf([0.2, 0.4, 0.9, 1], {...person, timeLimitSeconds: 2 * HOUR});
    expect((await budget(short, 8)).reason).toBe(
      "people: budgets up to 8h are one attempt of that length, made or seen in a longer one, never several shorter ones (there are attempts of 2h)",
    );
  });

  it("are never put together from shorter attempts, as agents are", async () => {
    const both = [
      ...attemptsOf([1, 1, 1, 1], {...person, timeLimitSeconds: 2 * HOUR}),
      ...attemptsOf([0.3], {...person, timeLimitSeconds: 8 * HOUR}),
    ];
    expect(await budget(both, 8)).toMatchObject({score: 0.3, k: 1, timeLimitSeconds: 8 * HOUR});
    const agents = both.map((each) => ({...each, participant: {kind: "agent", alias: "A"} as const}));
    expect(await budget(agents, 8)).toMatchObject({score: 1, k: 4, timeLimitSeconds: 2 * HOUR});
  });
});

describe("the wall clock", () => {
  const pauses = [{atWorkingSeconds: 0.5 * HOUR, seconds: 2 * HOUR, reason: "break"}];
  const entries: [number, number][] = [
    [0.25 * HOUR, 0.1],
    [1 * HOUR, 0.6],
  ];

  it("moves where score logs are sliced, by the pauses so far", async () => {
    const paused = logged(entries, {pauses});
    expect(await scoresAt([paused], [0.25, 1, 2.5, 3], {clock: "working"})).toEqual([0.1, 0.6, 0.6, 0.6]);
    expect(await scoresAt([paused], [0.25, 1, 2.5, 3], {clock: "wall"})).toEqual([0.1, 0.1, 0.1, 0.6]);
    expect(await scoresAt([logged(entries, {pauses: []})], [1], {clock: "wall"})).toEqual([0.6]);
  });

  it("does not decide which entries are late", async () => {
    const late = logged([[7.9 * HOUR, 0.6]], {pauses});
    expect(await scoresAt([late], [8], {clock: "wall"})).toEqual([0.6]);
  });

  it("is refused, with the source, where it records no pauses", async () => {
    const rows = await rowsAt([logged(entries, {pauses}), logged(entries, {pauses: null})], [1, 8], {clock: "wall"});
    for (const row of rows) {
      expect(row).toMatchObject({score: null, reason: "wall clock unknown: attempts.jsonl records no pauses for 1 of 2 attempts"});
    }
  });
});
