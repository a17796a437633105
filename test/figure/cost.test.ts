import {expect, it} from "vitest";
import {type CostFigureRow, cost} from "../../src/figure/cost.js";
import {dollarAxis, dollarText} from "../../src/figure/layout/dollarAxis.js";
import {contextFor, drawn, LONG_NAMES, valuesOf} from "./drawing.js";

const row = (
  agent: string,
  hours: number,
  costUsd: number | null,
  score: number | null,
  more: Partial<CostFigureRow> = {},
): CostFigureRow => ({
  agent,
  kind: agent === "human" ? "human" : "agent",
  timeBudgetSeconds: hours * 3600,
  allocation: `${hours}h@1`,
  costUsd,
  score,
  low: score === null ? null : score - 0.05,
  high: score === null ? null : score + 0.05,
  attempts: 35,
  environmentCount: 7,
  environmentTotal: 7,
  calibrated: score === null ? null : true,
  costBasis: agent === "human" ? "wage" : "priced + recorded",
  ...more,
});
const ROWS = [row("b", 2, 30, 0.3), row("b", 8, 123.4, 0.5), row("a", 2, 20, 0.2), row("a", 8, 80, 0.6), row("human", 8, 1855, 0.64)];
const context = contextFor(["a", "b"]);
const captionOf = (spec: object) => (spec as {usermeta: {caption: string}}).usermeta.caption;

it("has a point for each score whose cost is known", async () => {
  const spec = cost([...ROWS, row("c", 2, null, 0.4), row("c", 8, 0, 0.4), row("d", 2, 5, null)], context);
  expect(valuesOf(spec, "point").map(({agent, x, y}) => [agent, x, y])).toEqual(
    ROWS.map(({agent, costUsd, score}) => [agent, costUsd, score]),
  );
  const {texts, described} = await drawn(spec, 336);
  expect(texts.map(({text}) => text)).toEqual(expect.arrayContaining(["a", "b", "People", "$100"]));
  expect(described).toContain("b\u2002$123 (8h, 8h@1): 0.500 (0.45 to 0.55), n = 35, all 7 environments");
  expect(described).toContain("People\u2002$1,855 (8h, 8h@1): 0.640 (0.59 to 0.69), n = 35, all 7 environments");
  expect(captionOf(spec)).toContain("Costs: tokens at list prices, as recorded, people's pay.");
  expect(captionOf(spec)).toContain("1 score has no known cost and is left out. 1 score has no cost and is left out.");
});

it("says how many intervals may be too short", () => {
  expect(captionOf(cost(ROWS, context))).not.toContain("too short");
  const some = [...ROWS, row("b", 32, 500, 0.9, {calibrated: false})];
  expect(captionOf(cost(some, context))).toContain("17 % of the intervals rest on too few attempts for their k and may be too short.");
});

it("says where lines begin and end", () => {
  const {description} = cost(ROWS, context) as {description?: string};
  expect(description).toContain("People 0.640 for $1,855; a 0.200 for $20 to 0.600 for $80; b 0.300 for $30 to 0.500 for $123.");
});

it("draws hollow what covers some environments", () => {
  const spec = cost([row("a", 2, 20, 0.2, {environmentCount: 3}), row("a", 8, 80, 0.2)], context);
  expect(valuesOf(spec, "point").map(({fill}) => fill)).toEqual(["#ffffff", "#0072B2"]);
});

it("has ticks at round sums that have room beside each other", () => {
  const ticks = (costs: readonly number[], widthPx: number) => dollarAxis(costs, widthPx, context).axis.values;
  expect(ticks([8, 1200], 600)).toEqual([10, 20, 50, 100, 200, 500, 1000]);
  expect(ticks([8, 1200], 100)).toEqual([10, 100, 1000]);
  expect([0.05, 0.5, 1, 20, 1000, 50_000, 2e6].map(dollarText)).toEqual(["$0.05", "$0.5", "$1", "$20", "$1k", "$50k", "$2M"]);
});

it("draws ticks as they were measured", async () => {
  for (const costs of [
    [0.012, 0.9],
    [7.3, 7.4],
    [3, 14_840],
    [1e5, 9e7],
  ]) {
    const {texts} = await drawn(cost([row("a", 1, costs[0]!, 0.1), row("a", 2, costs[1]!, 0.2)], context), 336);
    const ticks = dollarAxis(costs, 280, context).axis.values.map(dollarText);
    expect(texts.map(({text}) => text).filter((text) => text.startsWith("$"))).toEqual(ticks);
    expect(ticks.length).toBeGreaterThan(1);
  }
});

it.each([336, 692])("can be read at %i px: long names, one point, ties, huge", async (width) => {
  const many = [...LONG_NAMES, "human"].flatMap((name, i) => [row(name, 2, 10 + i, i / 20), row(name, 8, 40 + i, i / 10)]);
  await drawn(cost(many, contextFor(LONG_NAMES, width)), width);
  await drawn(cost([row("a", 2, 12, 0, {low: null, high: null})], contextFor(["a"], width)), width);
  await drawn(cost([row("a", 2, 12, 0.1), row("b", 2, 12, 0.1), row("human", 2, 12, 0.1)], contextFor(["a", "b"], width)), width);
  await drawn(cost([row("a", 2, 1e-5, -1e3), row("a", 8, 1e11, 1e5)], contextFor(["a"], width)), width);
});
