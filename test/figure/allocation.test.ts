import {expect, it} from "vitest";
import {type AllocationFigureRow, allocation} from "../../src/figure/allocation.js";
import {contextFor, drawn, LONG_NAMES, valuesOf} from "./drawing.js";

const row = (
  agent: string,
  timeLimitSeconds: number,
  score: number | null,
  more: Partial<AllocationFigureRow> = {},
): AllocationFigureRow => ({
  agent,
  kind: agent === "human" ? "human" : "agent",
  timeBudgetSeconds: 28800,
  timeLimitSeconds,
  k: 28800 / timeLimitSeconds,
  allocation: `${timeLimitSeconds / 3600}h@${28800 / timeLimitSeconds}`,
  score,
  low: score === null ? null : score - 0.05,
  high: score === null ? null : score + 0.1,
  attempts: 35,
  environmentCount: 7,
  environmentTotal: 7,
  calibrated: score === null ? null : true,
  sliced: false,
  ...more,
});
const ways = (agent: string, scores: readonly (number | null)[]) => scores.map((score, i) => row(agent, [1800, 7200, 28800][i]!, score));
const PEOPLE = row("human", 28800, 0.64);
const ROWS = [...ways("b", [0.5, 0.4, null]), ...ways("a", [0.3, 0.45, 0.2]), PEOPLE];
const context = contextFor(["a", "b"]);

it("has one point for each score of an agent, and people as a line", async () => {
  const spec = allocation(ROWS, context);
  expect(valuesOf(spec, "point").map(({agent, x}) => [agent, x])).toEqual([
    ["b", 0.5],
    ["b", 0.4],
    ["a", 0.3],
    ["a", 0.45],
    ["a", 0.2],
  ]);
  expect(valuesOf(spec, "rect").map(({x, low, high}) => [x, low, high])).toEqual([[0.64, 0.59, 0.74]]);
  const {texts, described} = await drawn(spec, 336);
  expect(texts.map(({text}) => text)).toContain("People, 8h@1: 0.64");
  expect(described).toContain("a\u2002" + "0.5h@16: 0.300 (0.25 to 0.40), n = 35, all 7 environments");
  expect(described.some((text) => text.startsWith("People"))).toBe(true);
});

it("does not depend on the order of rows", () => {
  expect(JSON.stringify(allocation([...ROWS].reverse(), context))).toBe(JSON.stringify(allocation(ROWS, context)));
});

it("puts points of rows at different heights, those of an agent next to each other", () => {
  const heights = valuesOf(allocation(ROWS, context), "point").map(({yPx}) => yPx as number);
  heights.slice(1).forEach((height, i) => {
    expect(height - heights[i]!).toBeGreaterThanOrEqual(12);
  });
});

it("draws hollow what covers some environments, and says so", () => {
  const spec = allocation([row("a", 1800, 0.3, {environmentCount: 4}), row("a", 7200, 0.2)], context);
  expect(valuesOf(spec, "point").map(({fill}) => fill)).toEqual(["#ffffff", "#0072B2"]);
  expect(JSON.stringify(spec)).toContain("Hollow points cover fewer than 7 environments.");
});

it("says what is left out and what may be too short", () => {
  const text = JSON.stringify(allocation([...ROWS, row("c", 1800, 0.1, {calibrated: false})], context));
  expect(text).toContain("1 way has no score and is left out.");
  expect(text).toContain("17 % of the intervals rest on too few attempts");
});

it.each([336, 692])(
  "can be read at %i px: long and hostile names, one agent, people alone, no interval, ties, below 0, huge",
  async (width) => {
    const long = contextFor(LONG_NAMES, width);
    await drawn(allocation([...LONG_NAMES.flatMap((name, i) => ways(name, [0.05 * i, 0.1, 0.2])), PEOPLE], long), width);
    await drawn(allocation(ROWS, contextFor(["a", "b"], width)), width);
    await drawn(allocation(ways("a", [0.3]), contextFor(["a"], width)), width);
    await drawn(allocation([PEOPLE], contextFor([], width)), width);
    await drawn(allocation([row("a", 1800, 0, {low: null, high: null}), {...PEOPLE, low: null, high: null}], context), 336);
    await drawn(
      allocation([...ways("a", [0, 0, 0]), ...ways("b", [0, 0, 0]), row("human", 28800, 0)], contextFor(["a", "b"], width)),
      width,
    );
    await drawn(allocation([row("a", 1800, -3.2), row("human", 28800, 1e6)], contextFor(["a"], width)), width);
  },
);
