import {expect, it} from "vitest";
import {type TokenSpeedFigureRow, tokenSpeed} from "../../src/figure/tokenSpeed.js";
import {contextFor, drawn, LONG_NAMES, valuesOf} from "./drawing.js";

const row = (agent: string, tokensPerSecond: number | null, generatingShare: number | null, attemptsWithout = 0): TokenSpeedFigureRow => ({
  agent,
  tokensPerSecond,
  tokensPerSecondLow: tokensPerSecond === null ? null : tokensPerSecond * 0.8,
  tokensPerSecondHigh: tokensPerSecond === null ? null : tokensPerSecond * 1.2,
  generatingShare,
  generatingShareLow: generatingShare === null ? null : generatingShare * 0.9,
  generatingShareHigh: generatingShare === null ? null : generatingShare * 1.1,
  attempts: 30,
  attemptsWithout,
});
const ROWS = [row("a", 40, 0.5, 2), row("b", 60, null), row("c", 20, 0.25)];
const context = contextFor(["a", "b", "c"]);

it("has a point for each value, at the same height in both panels, the fastest agent first", async () => {
  const spec = tokenSpeed(ROWS, context);
  const points = valuesOf(spec, "point");
  expect(points.map(({agent, x}) => [agent, x])).toEqual([
    ["b", 60],
    ["a", 40],
    ["c", 20],
    ["a", 0.5],
    ["c", 0.25],
  ]);
  expect(points.slice(3).map(({yPx}) => yPx)).toEqual(points.slice(1, 3).map(({yPx}) => yPx));
  const {texts, described} = await drawn(spec, 336);
  expect(texts.map(({text}) => text)).toEqual(
    expect.arrayContaining(["Output tokens per second", "Share of working time spent generating"]),
  );
  expect(described).toContain("a\u2002Output tokens per second: 40 tokens/s (middle half 32 tokens/s to 48 tokens/s), n = 30");
  expect(described).toContain("a\u2002Share of working time spent generating: 50 % (middle half 45 % to 55 %), n = 30");
  expect(JSON.stringify(spec)).toContain("n = 30 attempts an agent. 2 attempts do not record them and are left out.");
});

it("names agents at the left of each row of panels, once where panels stand beside each other", async () => {
  const named = async (width: number) =>
    (await drawn(tokenSpeed(ROWS, contextFor(["a", "b", "c"], width)), width)).texts.filter(({text}) => text === "b");
  expect(await named(336)).toHaveLength(2);
  expect(await named(692)).toHaveLength(1);
});

it("does not depend on the order of rows", () => {
  expect(JSON.stringify(tokenSpeed([...ROWS].reverse(), context))).toBe(JSON.stringify(tokenSpeed(ROWS, context)));
});

it("has no panel for what no agent records", async () => {
  const {texts} = await drawn(tokenSpeed([row("a", 40, null)], context), 336);
  expect(texts.map(({text}) => text)).not.toContain("Share of working time spent generating");
});

it.each([336, 692])("can be read at %i px: long names, ties, zero, huge", async (width) => {
  await drawn(
    tokenSpeed(
      LONG_NAMES.map((name, i) => row(name, 10 + i, i / 8)),
      contextFor(LONG_NAMES, width),
    ),
    width,
  );
  await drawn(tokenSpeed([row("a", 0, 0), row("b", 0, 0)], contextFor(["a", "b"], width)), width);
  await drawn(tokenSpeed([row("a", 1e7, 40)], contextFor(["a"], width)), width);
});
