import {readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {analyze} from "../../src/analysis/analyze.js";
import {allocationLabel} from "../../src/analysis/budgetRow.js";
import {type CompareCurvesOptions, compareCurves} from "../../src/analysis/compareCurves.js";
import {randomStream} from "../../src/random.js";
import type {AttemptInput} from "../../src/record/attempt.js";
import type {CrossingShares, IntervalEnd} from "../../src/score/crossoverInterval.js";
import {attemptsOf, logged, options, otherWarnings, PERSON, sourceOf} from "./stores.js";

const HOUR = 3600;

/** One attempt at each time limit (hours → score): a budget of that length is worth exactly that, if no shorter limit has two. */
const curve = (agent: string, scores: Record<number, number>, environment = "fix_embedding"): AttemptInput[] =>
  Object.entries(scores).flatMap(([hours, score]) => attemptsOf([score], {agent, environment, timeLimitSeconds: Number(hours) * HOUR}));

const compared = async (attempts: readonly AttemptInput[], changes: Partial<CompareCurvesOptions> = {}) =>
  compareCurves(await sourceOf(attempts), {...options({bootstrap: 0}), a: "A", b: "B", budgets: null, ...changes});

const hours = (...list: number[]) => list.map((each) => each * HOUR);

describe("the crossover", () => {
  it("is at 16 h where A − B is −1 at 8 h and +1 at 32 h", async () => {
    const attempts = [...curve("A", {8: 1, 32: 2}), ...curve("B", {8: 2, 32: 1})];
    const {crossover, crossings, rows, environments} = await compared(attempts, {budgets: hours(8, 32)});
    expect(rows.map(({difference, leader}) => [difference, leader])).toEqual([
      [-1, "B"],
      [1, "A"],
    ]);
    expect(crossover).toMatchObject({budgetSeconds: 16 * HOUR, from: "B", to: "A", low: null, high: null});
    expect(crossover.reason).toBe("no interval: no bootstrap replicates were asked for");
    expect([crossings, environments]).toEqual([
      [{budgetSeconds: 16 * HOUR, untilSeconds: 16 * HOUR, from: "B", to: "A"}],
      ["fix_embedding"],
    ]);
  });

  it("is at 16 h for an agent against people too, from the best of several attempts", async () => {
    const people = attemptsOf([0, 0, 0, 8], {participant: PERSON, timeLimitSeconds: 8 * HOUR}); // 2 at 8 h, 8 at 32 h
    const attempts = [...attemptsOf([5, 5, 5, 5], {timeLimitSeconds: 8 * HOUR}), ...people];
    const {crossover, rows} = await compared(attempts, {b: "human", budgets: hours(8, 32)});
    expect(rows.map(({difference, allocationA, allocationB}) => [difference, allocationA, allocationB])).toEqual([
      [3, "8h@1", "8h@1"],
      [-3, "8h@4", "8h@4"],
    ]);
    expect(crossover).toMatchObject({budgetSeconds: 16 * HOUR, from: "A", to: "human"});
  });

  it("is the first of several, and all are listed", async () => {
    const attempts = [...curve("A", {1: 2, 4: 1, 16: 2}), ...curve("B", {1: 1, 4: 2, 16: 1})];
    const {crossover, crossings} = await compared(attempts);
    expect(crossover).toMatchObject({budgetSeconds: 2 * HOUR, from: "A", to: "B"});
    expect(crossings.map(({budgetSeconds, to}) => [budgetSeconds, to])).toEqual([
      [2 * HOUR, "B"],
      [8 * HOUR, "A"],
    ]);
  });

  it("is none where the curves touch, and that is said in a sentence", async () => {
    const attempts = [...curve("A", {1: 2, 2: 1, 4: 2}), ...curve("B", {1: 1, 2: 1, 4: 1})];
    const {crossover, crossings, rows} = await compared(attempts);
    expect(rows.map(({leader}) => leader)).toEqual(["A", null, "A"]);
    expect([crossover.budgetSeconds, crossings]).toEqual([null, []]);
    expect(crossover.reason).toMatch(/^A is ahead or level at every budget that both have, from 1h to 4h; no interval: /);
  });

  it("is none where one is ahead throughout, or both are equal", async () => {
    const below = await compared([...curve("A", {1: 1, 2: 2}), ...curve("B", {1: 3, 2: 4})]);
    expect(below.crossover.reason).toMatch(/^B is ahead at every budget that both have, from 1h to 2h;/);
    const same = await compared([...curve("A", {1: 1, 2: 2}), ...curve("B", {1: 1, 2: 2})]);
    expect(same.crossover.reason).toMatch(/^both have the same score at every budget from 1h to 2h;/);
  });

  it("is none without two budgets that both have, and the reason says so", async () => {
    const apart = await compared([...curve("A", {1: 1}), ...curve("B", {2: 1})], {budgets: hours(1, 2)});
    expect(apart.crossover).toMatchObject({budgetSeconds: null, shares: null});
    expect(apart.crossover.reason).toBe("there is no budget at which both have a score over the environments they share");
    expect(apart.rows.map(({reason}) => reason)).toEqual([
      "B: no attempts were made at a limit that fits 1h (there are 2h), and there are no score logs to see longer ones at 1h",
      "A: 1h@2: too few attempts for k = 2: fix_embedding (n = 1)",
    ]);
    const one = await compared([...curve("A", {1: 1, 2: 2}), ...curve("B", {1: 2})], {budgets: hours(1, 2)});
    expect(one.crossover.reason).toBe("both have a score at one budget only, 1h: a crossover needs two");
    expect(one.rows.map(({difference}) => difference)).toEqual([-1, null]);
  });

  it("passes over budgets that one of them lacks", async () => {
    const attempts = [...curve("A", {8: 1, 16: 9, 32: 2}), ...curve("B", {8: 2, 32: 1})];
    const {crossover, rows} = await compared(attempts, {budgets: hours(8, 16, 32)});
    expect(rows.map(({difference}) => difference)).toEqual([-1, null, 1]);
    expect(crossover.budgetSeconds).toBe(16 * HOUR);
  });

  it("of B and A is that of A and B, interval and shares included", async () => {
    const random = randomStream("either order");
    const draw = (agent: string, limit: number, level: number) =>
      attemptsOf(
        Array.from({length: 5}, () => level + random.uniform()),
        {agent, timeLimitSeconds: limit * HOUR},
      );
    const attempts = [...draw("A", 1, 1), ...draw("A", 8, 1.2), ...draw("B", 1, 0.6), ...draw("B", 8, 1.6)];
    const source = await sourceOf(attempts);
    const settings = {...options({bootstrap: 500}), budgets: hours(1, 2, 4, 8, 16)};
    const ab = await compareCurves(source, {...settings, a: "A", b: "B"});
    const ba = await compareCurves(source, {...settings, a: "B", b: "A"});
    expect(ab.crossover.budgetSeconds).not.toBeNull();
    const {crossesToA, crossesToB, aAheadThroughout, bAheadThroughout, ...rest} = ba.crossover.shares!;
    const exchanged = {
      crossesToA: crossesToB,
      crossesToB: crossesToA,
      aAheadThroughout: bAheadThroughout,
      bAheadThroughout: aAheadThroughout,
    };
    expect({...ba.crossover, shares: {...exchanged, ...rest}}).toEqual(ab.crossover);
    expect(ba.crossings).toEqual(ab.crossings);
    expect(ba.rows.map(({difference}) => -difference!)).toEqual(ab.rows.map(({difference}) => difference));
  });
});

describe("the environments", () => {
  const attempts = [
    ...curve("A", {1: 1, 2: 3}),
    ...curve("A", {1: 1, 2: 1}, "optimize_kernel"),
    ...curve("A", {1: 9, 2: 9}, "restricted_mlm"),
    ...curve("B", {1: 2, 2: 2}),
    ...curve("B", {2: 3}, "optimize_kernel"),
    ...curve("B", {2: 9}, "rust_codecontests"),
  ];

  it("are those that both have, at every budget; a budget that lacks one is left out, with the reason", async () => {
    const result = await compared(attempts, {budgets: hours(1, 2)});
    expect([result.environments, result.onlyA, result.onlyB]).toEqual([
      ["fix_embedding", "optimize_kernel"],
      ["restricted_mlm"],
      ["rust_codecontests"],
    ]);
    expect(result.rows).toMatchObject([
      {scoreA: 1, scoreB: null, difference: null, reason: "B: 1h@1: no score in optimize_kernel"},
      {scoreA: 2, scoreB: 2.5, difference: -0.5},
    ]);
  });

  it("may be none, or one participant has no attempts in the selection", async () => {
    const none = await compared([...curve("A", {1: 1}), ...curve("B", {1: 1}, "optimize_kernel")], {budgets: hours(1)});
    expect([none.environments, none.crossover.reason, none.rows[0]!.reason]).toEqual([
      [],
      "A and B have no environment in common",
      "A and B have no environment in common",
    ]);
    const left = await compared(attempts, {environments: ["restricted_mlm"]});
    expect([left.rows, left.crossover.reason]).toEqual([[], "no attempts of B are in the selection"]);
  });

  it("are all seven with --require-all", async () => {
    const {rows, environments} = await compared(attempts, {requireAll: true, budgets: hours(2)});
    expect(environments).toHaveLength(7);
    expect(rows[0]!.reason).toMatch(/2h@1: --require-all: no attempts in gpt2_qa_rl,/);
  });
});

describe("the budgets", () => {
  it("are by default the doublings from 30 minutes for which both have an allocation, and one a score", async () => {
    const entries: [number, number][] = [[0.1 * HOUR, 0.2]];
    const people = [1, 2, 3, 4].map(() => logged(entries, {participant: PERSON}));
    const attempts = [...attemptsOf([0.1, 0.1, 0.1, 0.1], {timeLimitSeconds: HOUR}), ...people];
    const {rows} = await compared(attempts, {b: "human"});
    expect(rows.map(({timeBudgetSeconds}) => timeBudgetSeconds / HOUR)).toEqual([1, 2, 4, 8, 16, 32]);
    expect(rows.map(({allocationB}) => allocationB)).toEqual(["1h@1 of 8h", "2h@1 of 8h", "4h@1 of 8h", "8h@1", "8h@2", "8h@4"]);
  });

  it("have the scores and allocations that analyze finds", async () => {
    const random = randomStream("as analyze");
    const draw = (fields: Partial<AttemptInput> & {agent?: string}, n: number) =>
      ["fix_embedding", "optimize_kernel", "scaling_law"].flatMap((environment) =>
        attemptsOf(
          Array.from({length: n}, () => random.uniform()),
          {...fields, environment},
        ),
      );
    const attempts = [
      ...draw({timeLimitSeconds: HOUR / 2}, 9),
      ...draw({timeLimitSeconds: 2 * HOUR}, 5),
      ...draw({participant: PERSON, timeLimitSeconds: 8 * HOUR}, 6),
      ...draw({agent: "B", timeLimitSeconds: HOUR}, 8),
    ];
    const source = await sourceOf(attempts);
    const budgets = hours(1, 2, 4, 8, 16, 32);
    const {budgets: analyzed} = await analyze(source, {...options({bootstrap: 0}), budgets});
    for (const [a, b] of [
      ["A", "B"],
      ["A", "human"],
    ] as const) {
      const {rows} = await compareCurves(source, {...options({bootstrap: 0}), a, b, budgets});
      for (const [name, side] of [
        [a, "A"],
        [b, "B"],
      ] as const) {
        const expected = analyzed.filter(({agent}) => agent === name);
        expect(rows.map((row) => row[`score${side}`])).toEqual(expected.map(({score}) => score));
        expect(rows.map((row) => row[`allocation${side}`])).toEqual(
          expected.map(({score, timeLimitSeconds, k}) =>
            score === null ? null : allocationLabel({timeLimitSeconds: timeLimitSeconds!, k: k!}),
          ),
        );
      }
    }
  });
});

describe("the bootstrap", () => {
  type Enumeration = {
    store: Record<"A" | "B", Record<string, number[][]>>;
    environments: string[];
    budgets: number[];
    a: number[];
    b: number[];
    crossing: {budgetSeconds: number};
    shares: CrossingShares;
    quantiles: {p: number; margin: number; end: IntervalEnd}[];
  };
  const file = join(import.meta.dirname, "..", "fixtures", "crossover", "crossover.json");
  const {enumeration} = JSON.parse(readFileSync(file, "utf8")) as {enumeration: Enumeration};
  const attempts = (["A", "B"] as const).flatMap((agent) =>
    Object.entries(enumeration.store[agent]).flatMap(([limit, cells]) =>
      cells.flatMap((scores, i) =>
        attemptsOf(scores, {agent, environment: enumeration.environments[i]!, timeLimitSeconds: Number(limit) * HOUR}),
      ),
    ),
  );
  const REPLICATES = 20_000;
  const STANDARD_ERRORS = 5;

  it("has the shares and quantiles that enumerating every resample gives, allocations chosen anew in each", async () => {
    const source = await sourceOf(attempts);
    const at = (interval: number) =>
      compareCurves(source, {...options({bootstrap: REPLICATES, interval}), a: "A", b: "B", budgets: enumeration.budgets});
    const {rows, crossover} = await at(0.95);
    expect(rows.map(({scoreA}) => scoreA)).toEqual(enumeration.a.map((score) => expect.closeTo(score, 12)));
    expect(rows.map(({scoreB}) => scoreB)).toEqual(enumeration.b.map((score) => expect.closeTo(score, 12)));
    expect(crossover.budgetSeconds! / enumeration.crossing.budgetSeconds).toBeCloseTo(1, 10);
    for (const [kind, share] of Object.entries(enumeration.shares)) {
      const error = Math.sqrt((share * (1 - share)) / REPLICATES);
      expect(Math.abs(crossover.shares![kind as keyof CrossingShares] - share)).toBeLessThanOrEqual(STANDARD_ERRORS * error);
    }
    for (const {p, margin, end} of enumeration.quantiles) {
      expect(margin).toBeGreaterThan(STANDARD_ERRORS * Math.sqrt((p * (1 - p)) / REPLICATES)); // or the test would say nothing
      const {crossover: found} = await at(Math.abs(1 - 2 * p));
      const {bound, budgetSeconds} = p < 0.5 ? found.low! : found.high!;
      expect(bound).toBe(end.bound);
      expect(budgetSeconds / end.budgetSeconds).toBeCloseTo(1, 8);
    }
  });

  it("gives no interval where an allocation that it chose has a single attempt somewhere", async () => {
    const alone = [...attempts, ...attemptsOf([0.1], {environment: "restricted_mlm", timeLimitSeconds: 2 * HOUR})];
    const shared = [...alone, ...attemptsOf([0.2, 0.3], {agent: "B", environment: "restricted_mlm", timeLimitSeconds: 2 * HOUR})];
    const {rows, crossover} = await compared(shared, {bootstrap: 100, budgets: hours(2)});
    expect(rows[0]).toMatchObject({low: null, high: null, reason: "no interval: one attempt only in restricted_mlm"});
    expect(crossover.reason).toBe("both have a score at one budget only, 2h: a crossover needs two");
  });

  it("gives a point where all scores are equal", async () => {
    const equal = [...attemptsOf([0.5, 0.5], {timeLimitSeconds: HOUR}), ...attemptsOf([0.2, 0.2], {agent: "B", timeLimitSeconds: HOUR})];
    const {rows} = await compared(equal, {bootstrap: 100, budgets: hours(1)});
    expect(rows[0]).toMatchObject({difference: 0.3, low: expect.closeTo(0.3, 12), high: expect.closeTo(0.3, 12), reason: null});
  });

  it("makes percentile intervals, and says so where others were asked for", async () => {
    const {warnings, settings} = await compared(attempts, {intervalMethod: "bca"});
    expect(settings.intervalMethod).toBe("percentile");
    expect(otherWarnings(warnings)).toMatchObject([
      {code: "option-unused", message: expect.stringContaining("--interval-method bca is not used here")},
    ]);
  });
});

describe("what cannot be compared", () => {
  it("is refused: a participant with itself, a breakdown, a name that the store does not have", async () => {
    const attempts = curve("A", {1: 1});
    await expect(compared(attempts, {b: "A"})).rejects.toMatchObject({code: "usage", problem: '"A" is compared with itself'});
    await expect(compared(attempts, {by: "cohort"})).rejects.toMatchObject({code: "usage"});
    await expect(compared(attempts)).rejects.toMatchObject({code: "unknown-agent"});
  });
});
