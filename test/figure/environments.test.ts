import {expect, it} from "vitest";
import {type EnvironmentsFigureRow, environments} from "../../src/figure/environments.js";
import {contextFor, drawn, LONG_NAMES, valuesOf} from "./drawing.js";

const row = (
  environment: string | null,
  agent: string,
  score: number | null,
  more: Partial<EnvironmentsFigureRow> = {},
): EnvironmentsFigureRow => ({
  environment,
  title: environment === null ? "Mean of environments" : `Environment ${environment}`,
  agent,
  kind: agent === "human" ? "human" : "agent",
  timeBudgetSeconds: 115200,
  fullBudget: true,
  timeLimitSeconds: 28800,
  k: 4,
  sliced: false,
  score,
  low: score === null ? null : score - 0.1,
  high: score === null ? null : score + 0.1,
  attempts: 20,
  environmentCount: environment === null ? 2 : 1,
  environmentTotal: environment === null ? 2 : 1,
  best: score === null ? null : score + 0.3,
  bestAttemptId: environment === null ? null : `${agent}-${environment}`,
  ...more,
});
const ROWS = ["x", "y", null].flatMap((environment) => [
  row(environment, "a", 0.4),
  row(environment, "b", 0.5),
  row(environment, "human", 1.2),
]);
const context = contextFor(["a", "b"]);

it("has a dot for each score, the mean last, and two stars an environment", async () => {
  const spec = environments([...ROWS, row("z", "a", null)], context);
  const points = valuesOf(spec, "point");
  expect(points.filter(({low}) => low !== undefined)).toHaveLength(9);
  const stars = points.filter(({low}) => low === undefined);
  expect(stars.map(({agent, x}) => [agent, x])).toEqual(
    [0, 1, 2].flatMap(() => [
      ["b", 0.8],
      ["human", 1.5],
    ]),
  );
  const {texts, described} = await drawn(spec, 336);
  const mean = texts.findIndex(({text}) => text === "Mean of");
  expect(texts[mean]!.y1).toBeGreaterThan(texts.find(({text}) => text === "Environment y")!.y1);
  expect(described).toContain("b\u2002Environment x: best 0.800, attempt b-x");
  expect(described).toContain("People\u2002Environment y, 8h@4: 1.200 (1.10 to 1.30), best 1.500, n = 20");
});

it("places nobody on anybody else, and everybody in the same order everywhere", () => {
  const dots = valuesOf(environments(ROWS, context), "point").filter(({low}) => low !== undefined);
  const heights = dots.map(({yPx}) => yPx as number);
  expect(dots.map(({agent}) => agent)).toEqual(["a", "b", "human", "a", "b", "human", "a", "b", "human"]);
  heights.slice(1).forEach((height, i) => {
    expect(height - heights[i]!).toBeGreaterThanOrEqual(8);
  });
});

it("does not depend on the order of rows", () => {
  expect(JSON.stringify(environments([...ROWS].reverse(), context))).toBe(JSON.stringify(environments(ROWS, context)));
});

it("keeps a star where a score cannot be given, at the participant's place", () => {
  const spec = environments([row("x", "a", null, {best: 0.7}), row("x", "b", 0.2)], context);
  const points = valuesOf(spec, "point");
  expect(points.map(({agent, x}) => [agent, x])).toEqual([
    ["b", 0.2],
    ["a", 0.7],
  ]);
  expect(points[1]!.yPx).toBeLessThan(points[0]!.yPx as number);
});

it("draws hollow what rests on less, and says why", () => {
  const spec = environments(
    [row("x", "a", 0.1, {fullBudget: false}), row("x", "b", 0.2), row(null, "b", 0.2, {environmentCount: 1})],
    context,
  );
  const dots = valuesOf(spec, "point").filter(({low}) => low !== undefined);
  expect(dots.map(({fill}) => fill)).toEqual(["#ffffff", "#D55E00", "#ffffff"]);
  const {caption} = (spec as unknown as {usermeta: {caption: string}}).usermeta;
  expect(caption).toContain("Hollow points rest on a smaller budget, because 32h has no allocation, or cover fewer than 2 environments.");
});

it.each([336, 692])("can be read at %i px: many and hostile names, one agent, one environment, no interval, huge", async (width) => {
  const many = ["optimize_llm_foundry", "y", null].flatMap((environment) =>
    [...LONG_NAMES, "human"].map((name, i) => row(environment, name, i / 10)),
  );
  await drawn(environments(many, contextFor(LONG_NAMES, width)), width);
  await drawn(environments([row("x", "a", 0, {low: null, high: null, best: null})], contextFor(["a"], width)), width);
  await drawn(environments([row(null, "human", 0)], contextFor([], width)), width);
  await drawn(environments([row("x", "a", -1e4, {title: "V".repeat(80), best: 2e5})], contextFor(["a"], width)), width);
});
