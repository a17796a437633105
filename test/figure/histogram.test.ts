import {expect, it} from "vitest";
import {type HistogramFigureRow, histogram} from "../../src/figure/histogram.js";
import {contextFor, drawn, LONG_NAMES, valuesOf} from "./drawing.js";

const row = (
  environment: string,
  agent: string,
  bin: number,
  count: number,
  more: Partial<HistogramFigureRow> = {},
): HistogramFigureRow => ({
  environment,
  title: `Environment ${environment}`,
  agent,
  kind: agent === "human" ? "human" : "agent",
  timeLimitSeconds: agent === "human" ? 28800 : 1800,
  k: 4,
  sliced: false,
  binLow: bin / 10,
  binHigh: (bin + 1) / 10,
  openEnded: false,
  openStart: false,
  count,
  share: count / 10,
  attempts: 10,
  maximum: 0.37,
  mean: 0.2,
  ...more,
});
/** Bins 0, 1 and 3 of ten attempts. */
const strip = (environment: string, agent: string, more: Partial<HistogramFigureRow> = {}) =>
  [0, 1, 3].map((bin, i) => row(environment, agent, bin, [5, 3, 2][i]!, more));
const ROWS = [...strip("y", "a"), ...strip("x", "a"), ...strip("x", "human", {maximum: 0.39})];
const context = contextFor(["a"]);
type Corner = {x: number; y: number; text: string};

it("draws each strip as steps as high as the shares, down to the base where bins are empty", () => {
  const corners = (valuesOf(histogram(ROWS, context), "line") as Corner[]).filter(({text}) => text.startsWith("a\u2002Environment x"));
  const base = Math.max(...corners.map(({y}) => y));
  const full = base - Math.min(...corners.map(({y}) => y)); // the share of 0.5
  const shares = corners.map(({x, y}) => [x, Number((((base - y) / full) * 0.5).toFixed(3))]);
  expect(shares).toEqual([
    [0, 0],
    [0, 0.5],
    [0.1, 0.5],
    [0.1, 0.3],
    [0.2, 0.3],
    [0.2, 0],
    [0.3, 0],
    [0.3, 0.2],
    [0.4, 0.2],
    [0.4, 0],
  ]);
});

it("has a panel for each environment by title, a strip for each participant and a star at each maximum", async () => {
  const spec = histogram(ROWS, context);
  expect(valuesOf(spec, "point").map(({agent, x}) => [agent, x])).toEqual([
    ["a", 0.37],
    ["human", 0.39],
    ["a", 0.37],
  ]);
  const {texts, described} = await drawn(spec, 336);
  const titles = texts.filter(({text}) => text.startsWith("Environment"));
  expect(titles.map(({text}) => text)).toEqual(["Environment x", "Environment y"]);
  expect(texts.filter(({text}) => text === "People")).toHaveLength(1); // at the left panel alone
  expect(described).toContain("People\u2002Environment x: attempts of 8h, mean 0.200, best 0.390, n = 10");
  expect(described).toContain("a\u2002Environment y: best 0.370");
});

it("draws one outline for each strip, also of agents that share a colour", async () => {
  const names = Array.from({length: 20}, (_, i) => `agent-${String(i).padStart(2, "0")}`);
  const {svg} = await drawn(
    histogram(
      names.flatMap((name) => strip("x", name)),
      contextFor(names),
    ),
    336,
  );
  expect(svg.match(/attempts of 30m, mean 0\.200/g)).toHaveLength(20);
});

it("does not depend on the order of rows", () => {
  expect(JSON.stringify(histogram([...ROWS].reverse(), context))).toBe(JSON.stringify(histogram(ROWS, context)));
});

it("puts the star of a bin without an end at its end, and says so", () => {
  const spec = histogram([...strip("x", "a", {maximum: 7}), row("x", "a", 4, 1, {maximum: 7, openEnded: true})], context);
  expect(valuesOf(spec, "point").map(({x}) => x)).toEqual([0.5]);
  expect(JSON.stringify(spec)).toContain("Environment x: best 7.000");
  expect(JSON.stringify(spec)).toContain("the outermost bin holds all of them");
});

it("says at which time limits attempts are", () => {
  expect(JSON.stringify(histogram(ROWS, context))).toContain("best allocation (30m: a; 8h: People).");
  const many = LONG_NAMES.flatMap((name) => strip("x", name));
  expect(JSON.stringify(histogram(many, contextFor(LONG_NAMES)))).toContain("(30m: 12 of 12 participants)");
});

it.each([336, 692])("can be read at %i px: many and hostile names, long titles, one attempt, below 0, huge", async (width) => {
  const title = "Scaffolding for competitions in a language with a long name";
  const many = ["u", "v", "w", "x", "y"].flatMap((environment) =>
    [...LONG_NAMES, "human"].flatMap((name) => strip(environment, name, {title})),
  );
  await drawn(histogram(many, contextFor(LONG_NAMES, width)), width);
  await drawn(histogram([row("x", "a", 0, 10, {maximum: 0})], contextFor(["a"], width)), width);
  await drawn(histogram([row("x", "a", -30, 4), row("x", "a", 0, 6)], contextFor(["a"], width)), width);
  await drawn(histogram([row("x", "a", 1e6, 4), row("x", "a", 3e6, 6)], contextFor(["a"], width)), width);
});
