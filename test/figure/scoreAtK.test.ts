import fc from "fast-check";
import {expect, it} from "vitest";
import type {PeopleFigureRow} from "../../src/figure/marks/percentileLines.js";
import type {ScoreAtKFigureRow} from "../../src/figure/marks/scoreAtKLines.js";
import {scoreAtK} from "../../src/figure/scoreAtK.js";
import {contextFor, type DrawnText, drawn, LONG_NAMES, valuesOf} from "./drawing.js";

const row = (
  agent: string,
  minutes: number,
  k: number,
  score: number | null,
  more: Partial<ScoreAtKFigureRow> = {},
): ScoreAtKFigureRow => ({
  ...{agent, kind: agent === "human" ? "human" : "agent", timeLimitSeconds: minutes * 60, k, score},
  ...{low: score === null ? null : score - 0.05, high: score === null ? null : score + 0.1, attempts: 35},
  ...{environmentCount: 7, environmentTotal: 7, calibrated: score === null ? null : true},
  ...more,
});
const line = (agent: string, minutes: number, most: number, scale = 1) =>
  Array.from({length: Math.log2(most) + 1}, (_, i) => row(agent, minutes, 2 ** i, (scale * (i + 1)) / 10));
const PEOPLE: PeopleFigureRow[] = [10, 30, 50, 70, 90].map((percentile) => ({percentile, score: percentile / 80, attempts: 71}));
const ROWS = [...line("b", 30, 64), ...line("a", 30, 16), ...line("a", 120, 8), ...line("human", 480, 4)];
const context = contextFor(["a", "b"]);
const named = (texts: readonly DrawnText[], pattern: RegExp) => texts.filter(({text}) => pattern.test(text));

it("has a panel for each limit of agents, and a point for each score in its panel", async () => {
  const spec = scoreAtK({rows: ROWS, people: PEOPLE}, context) as unknown as {concat: object[]};
  const panels = spec.concat.map((panel) => valuesOf({concat: [panel]}, "point").map(({agent, x, y}) => [agent, x, y]));
  expect(panels).toEqual([
    [...[1, 2, 4, 8, 16].map((k, i) => ["a", k, (i + 1) / 10]), ...[1, 2, 4, 8, 16, 32, 64].map((k, i) => ["b", k, (i + 1) / 10])],
    [1, 2, 4, 8].map((k, i) => ["a", k, (i + 1) / 10]),
  ]);
  const {texts, described} = await drawn(spec, 336);
  expect(named(texts, /attempts$/).map(({text}) => text)).toEqual(expect.arrayContaining(["30-minute attempts", "2-hour attempts"]));
  expect(described).toContain("a\u2002" + "best of 8 2-hour attempts: 0.400 (0.35 to 0.50), n = 35, all 7 environments");
});

it("draws percentiles of people across each panel, and names them once in each row, at their heights", async () => {
  const spec = scoreAtK({rows: ROWS, people: [...PEOPLE].reverse()}, context);
  expect(valuesOf(spec, "rule").map(({y}) => y)).toEqual([...PEOPLE, ...PEOPLE].map(({score}) => score));
  const {texts, described} = await drawn(spec, 336);
  const names = named(texts, /% of people$/).sort((a, b) => a.y1 - b.y1);
  expect(names.map(({text}) => text)).toEqual([90, 70, 50, 30, 10].map((percentile) => `${percentile} % of people`));
  expect(described).toContain("People\u2002" + "90 % of people at or below 1.125, n = 71");
});

it("has no line of people's own, and names none where there are no percentiles", () => {
  const spec = scoreAtK({rows: ROWS, people: []}, context);
  expect(valuesOf(spec, "line").map(({agent}) => agent)).not.toContain("human");
  expect(valuesOf(spec, "rule")).toEqual([]);
  expect(JSON.stringify(spec)).toContain("There are no attempts by people to compare with.");
});

it("says in numbers who is best at the largest k of each limit, and where half of people ended", () => {
  const {description} = scoreAtK({rows: ROWS, people: PEOPLE}, context) as {description: string};
  expect(description).toContain("Best of 64 30-minute attempts: b 0.700 (0.65 to 0.80). Best of 8 2-hour attempts: a 0.400");
  expect(description).toContain("Half of people ended at or below 0.625.");
});

it("draws hollow what covers some environments, leaves out what has no score, and says what may be too short", () => {
  const rows = [row("a", 30, 1, 0.3, {environmentCount: 4}), row("a", 30, 2, null), row("b", 30, 1, 0.2, {calibrated: false})];
  const spec = scoreAtK({rows, people: PEOPLE}, context);
  expect(valuesOf(spec, "point").map(({fill}) => fill)).toEqual(["#ffffff", "#D55E00"]);
  expect(JSON.stringify(spec)).toContain("Hollow points cover fewer than 7 environments.");
  expect(JSON.stringify(spec)).toContain("50 % of the intervals rest on too few attempts");
});

it("does not depend on the order of rows, and changes none", () => {
  const expected = JSON.stringify(scoreAtK({rows: ROWS, people: PEOPLE}, context));
  const orders = fc.record({
    rows: fc.shuffledSubarray(ROWS, {minLength: ROWS.length}),
    people: fc.shuffledSubarray(PEOPLE, {minLength: PEOPLE.length}),
  });
  fc.assert(
    fc.property(orders, ({rows, people}) => {
      return JSON.stringify(scoreAtK({rows: Object.freeze(rows), people: Object.freeze(people)}, context)) === expected;
    }),
    {numRuns: 20},
  );
});

it.each([336, 692])(
  "can be read at %i px: long and hostile names, five limits, one point, ties, below 0, huge, k of thousands",
  async (width) => {
    const two = contextFor(["a", "b"], width);
    const check = (rows: ScoreAtKFigureRow[], people = PEOPLE, context = two) => drawn(scoreAtK({rows, people}, context), width);
    const long = LONG_NAMES.flatMap((name, i) => [...line(name, 30, 16, 1 + i / 10), ...line(name, 480, 2, 1 + i / 10)]);
    await check(long, PEOPLE, contextFor(LONG_NAMES, width));
    await check([15, 30, 90, 120, 480].flatMap((minutes) => [...line("a", minutes, 8), ...line("b", minutes, 4)]));
    await check([row("a", 30, 1, 0.3)]);
    await check([row("a", 30, 1, 0, {low: null, high: null})], []);
    await check(
      line("a", 30, 4, 0),
      PEOPLE.map((each) => ({...each, score: 0.5})),
    );
    await check([...line("a", 30, 8, -3), ...line("b", 30, 8, 1e6)]);
    await check(line("a", 30, 4096));
    await check([row("a", 30, 3, 0.2), row("a", 30, 7, 0.3)]);
  },
);
