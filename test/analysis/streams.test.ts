import {describe, expect, it} from "vitest";
import {analyze} from "../../src/analysis/analyze.js";
import type {Source} from "../../src/analysis/context.js";
import {scoreAtKTable} from "../../src/analysis/scoreAtKTable.js";
import {type ScoreRow, scoreRows} from "../../src/analysis/scoreRows.js";
import type {AnalysisOptions} from "../../src/analysis/settings.js";
import {randomStream} from "../../src/random.js";
import {attemptsOf, options, sourceOf} from "./stores.js";

const draw = (n: number, ...key: string[]) => {
  const random = randomStream("streams", ...key);
  return Array.from({length: n}, random.uniform);
};
const store = () =>
  sourceOf(
    ["A", "B"].flatMap((agent) => [
      ...attemptsOf(draw(8, agent, "short"), {agent}),
      ...attemptsOf(draw(9, agent, "long"), {agent, timeLimitSeconds: 7200}),
      ...attemptsOf(draw(10, agent, "kernel"), {agent, environment: "optimize_kernel"}),
      ...attemptsOf(draw(5, agent, "hidden"), {agent, environment: "scaling_law"}),
    ]),
  );
type Asked = Partial<AnalysisOptions> & {ks?: number[]; timeLimits?: number[]};
const rowsOf = async (source: Source, {ks, timeLimits, ...changes}: Asked = {}) =>
  (await scoreAtKTable(source, {...options(changes), ks: ks ?? null, timeLimits: timeLimits ?? null})).rows;
const numbers = ({score, low, high, bootstrapMean}: Pick<ScoreRow, "score" | "low" | "high" | "bootstrapMean">) => ({
  score,
  low,
  high,
  bootstrapMean,
});
const pick = (rows: ScoreRow[], agent: string, timeLimitSeconds: number, k: number) =>
  numbers(rows.find((row) => row.agent === agent && row.timeLimitSeconds === timeLimitSeconds && row.k === k)!);

describe("a row's numbers", () => {
  it("are the same when asked for again, and differ with the seed", async () => {
    const source = await store();
    const first = await rowsOf(source);
    expect(await rowsOf(source)).toEqual(first);
    expect(await rowsOf(await store())).toEqual(first);
    const other = await rowsOf(source, {seed: 2});
    expect(other.map(({score}) => score)).toEqual(first.map(({score}) => score));
    for (const [i, {low, high}] of other.entries()) expect([low, high]).not.toEqual([first[i]!.low, first[i]!.high]);
  });

  it("do not depend on which other agents, time limits or k were asked for", async () => {
    const source = await store();
    const expected = pick(await rowsOf(source), "B", 1800, 4);
    for (const asked of [{agents: ["B"]}, {ks: [4]}, {ks: [3, 4, 7]}, {timeLimits: [1800]}, {agents: ["B"], ks: [4], timeLimits: [1800]}]) {
      expect(pick(await rowsOf(source, asked), "B", 1800, 4)).toEqual(expected);
    }
    const {budgets} = await analyze(source, {...options(), budgets: [7200]});
    expect(numbers(budgets.find(({agent}) => agent === "B")!)).toEqual(expected);
  });

  it("do not depend on which other environments were asked for, nor on --by environment or category", async () => {
    const source = await store();
    const alone = pick(await rowsOf(source, {environments: ["optimize_kernel"]}), "A", 1800, 2);
    const byEnvironment = (await rowsOf(source, {by: "environment"})).filter(({environment}) => environment === "optimize_kernel");
    expect(pick(byEnvironment, "A", 1800, 2)).toEqual(alone);
    const byCategory = (await rowsOf(source, {by: "category"})).filter(({group}) => group === "runtime");
    expect(pick(byCategory, "A", 1800, 2)).toEqual(alone);
  });

  it("are the whole agent's where a breakdown has one group only", async () => {
    const source = await store();
    expect((await rowsOf(source, {by: "scaffold"})).map(numbers)).toEqual((await rowsOf(source)).map(numbers));
  });

  it("have no interval without replicates, and the same scores", async () => {
    const source = await store();
    const none = await rowsOf(source, {bootstrap: 0});
    expect(none.map(({score}) => score)).toEqual((await rowsOf(source)).map(({score}) => score));
    for (const row of none)
      expect(row).toMatchObject({low: null, high: null, bootstrapMean: null, reason: expect.stringContaining("no bootstrap")});
  });
});

describe("intervals that cannot be", () => {
  it("are null for one attempt in an environment of an aggregate, and name it", async () => {
    const source = await sourceOf([...attemptsOf(draw(4)), ...attemptsOf([0.5], {environment: "scaling_law"})]);
    const [row] = await rowsOf(source, {ks: [2]});
    expect(row).toMatchObject({low: null, high: null, degenerate: false, reason: "no interval: one attempt only in scaling_law"});
    expect(row!.score).not.toBeNull();
  });

  it("are a point, marked degenerate, where all values are equal", async () => {
    const [row] = await rowsOf(await sourceOf(attemptsOf([0.25, 0.25, 0.25])), {ks: [2]});
    expect(row).toMatchObject({score: 0.25, low: 0.25, high: 0.25, bootstrapMean: 0.25, degenerate: true, reason: null});
  });
});

it("takes a million scores in one environment", {timeout: 20_000}, () => {
  const scores = draw(1_000_000, "million");
  const cell = {
    timeLimitSeconds: 1800,
    slicedFromSeconds: null,
    environments: [{environment: "fix_embedding", combine: "best" as const, scores}],
    reason: null,
    notSeen: 0,
  };
  const names = {group: null, environment: null, expected: ["fix_embedding"], attempts: [], streamName: "A", partOf: null};
  const [mean, best] = scoreRows({agent: "A", kind: "agent", ...names}, cell, [1, 1000], options({bootstrap: 100}));
  // uniform on [0, 1): the mean is 1/2 ± 0.0003, the best of k is k / (k + 1)
  expect(mean!.score).toBeCloseTo(0.5, 2);
  expect(best!.score).toBeCloseTo(1000 / 1001, 4);
  expect(mean!.high! - mean!.low!).toBeCloseTo((3.92 * Math.sqrt(1 / 12)) / 1000, 3);
});
