import fc from "fast-check";
import {expect, it} from "vitest";
import {type ProgressFigureRow, progress} from "../../src/figure/progress.js";
import {contextFor, drawn, LONG_NAMES, valuesOf} from "./drawing.js";

const row = (agent: string, hours: number, score: number, more: Partial<ProgressFigureRow> = {}): ProgressFigureRow => ({
  ...{agent, kind: agent === "human" ? "human" : "agent", scaffold: null, timeSeconds: hours * 3600, score},
  ...{low: score - 0.05, high: score + 0.1, attempts: 42, environmentCount: 7, environmentTotal: 7, calibrated: true},
  ...more,
});
/** A line that rises to `score` in 8 hours. */
const line = (agent: string, score: number, more: Partial<ProgressFigureRow> = {}) =>
  Array.from({length: 33}, (_, i) => row(agent, i / 4, (score * i) / 32, more));
const ROWS = [...line("b", 0.5), ...line("a", 0.3), ...line("human", 0.8)];
const context = contextFor(["a", "b"]);

it("has every row in a line and a band, and one point where each line ends", async () => {
  const spec = progress(ROWS, context);
  expect(valuesOf(spec, "line")).toHaveLength(ROWS.length);
  expect(valuesOf(spec, "area")).toHaveLength(ROWS.length);
  expect(valuesOf(spec, "point").map(({agent, x, y}) => [agent, x, y])).toEqual([
    ["a", 28800, 0.3],
    ["b", 28800, 0.5],
    ["human", 28800, 0.8],
  ]);
  const {texts, described} = await drawn(spec, 336);
  expect(texts.map(({text}) => text)).toEqual(expect.arrayContaining(["a", "b", "People", "0", "8h"]));
  expect(described).toContain("b\u2002" + "8h: 0.500 (0.45 to 0.60), n = 42, all 7 environments");
});

it("says in numbers who leads after 2 and 8 hours", () => {
  const {description} = progress(ROWS, context) as {description: string};
  expect(description).toContain("After 2h: People 0.200 (0.15 to 0.30); b 0.125 (0.07 to 0.23); a 0.075");
  expect(description).toContain("After 8h: People 0.800 (0.75 to 0.90); b 0.500");
});

it("tells of 12 agents the best and people, in little room", () => {
  const many = [...LONG_NAMES.flatMap((name, i) => line(name, i / 12)), ...line("human", 0)];
  const {description} = progress(many, contextFor(LONG_NAMES)) as {description: string};
  expect(description).toMatch(/After 8h: .*; People 0\.000 \(−0\.05 to 0\.10\); 7 more, the lowest 0\.000\.$/);
  expect(description.length).toBeLessThan(1200);
});

it("draws hollow what covers some environments, and no band without an interval", () => {
  const spec = progress([...line("a", 0.3, {environmentCount: 4}), ...line("b", 0.2, {low: null, high: null, calibrated: null})], context);
  expect(valuesOf(spec, "point").map(({fill}) => fill)).toEqual(["#ffffff", "#D55E00"]);
  expect(valuesOf(spec, "area").map(({agent}) => agent)).not.toContain("b");
  expect(JSON.stringify(spec)).toContain("Hollow points cover fewer than 7 environments.");
});

it("does not depend on the order of rows, and changes none", () => {
  const expected = JSON.stringify(progress(ROWS, context));
  const orders = fc.shuffledSubarray(ROWS, {minLength: ROWS.length});
  fc.assert(
    fc.property(orders, (rows) => JSON.stringify(progress(Object.freeze(rows), context)) === expected),
    {numRuns: 20},
  );
});

it.each([336, 692])("can be read at %i px: long and hostile names, one agent, one row, ties, below 0, huge", async (width) => {
  const two = contextFor(["a", "b"], width);
  const long = [...LONG_NAMES.flatMap((name, i) => line(name, 0.05 * i)), ...line("human", 0.4)];
  await drawn(progress(long, contextFor(LONG_NAMES, width)), width);
  await drawn(progress(ROWS, two), width);
  await drawn(progress(line("a", 0.3), two), width);
  await drawn(progress(line("human", 0.3), two), width);
  await drawn(progress([row("a", 8, 0.3)], two), width);
  await drawn(progress([...line("a", 0.4), ...line("b", 0.4), ...line("human", 0.4)], two), width);
  await drawn(progress(line("a", 0, {low: null, high: null}), two), width);
  await drawn(progress([...line("a", -3.2), ...line("b", 1e6)], two), width);
});
