import {expect, it} from "vitest";
import {type ScoreAtKEnvironmentRow, scoreAtKByEnvironment} from "../../src/figure/scoreAtKByEnvironment.js";
import {contextFor, drawn, LONG_NAMES, valuesOf} from "./drawing.js";

const row = (environment: string, agent: string, minutes: number, k: number, score: number | null): ScoreAtKEnvironmentRow => ({
  ...{environment, title: `Environment ${environment}`, agent, kind: "agent", timeLimitSeconds: minutes * 60, k, score},
  ...{low: score === null ? null : score - 0.05, high: score === null ? null : score + 0.1, attempts: 5},
  ...{environmentCount: 1, environmentTotal: 1, calibrated: score === null ? null : true},
});
const line = (environment: string, agent: string, minutes: number, most: number, scale = 1) =>
  Array.from({length: Math.log2(most) + 1}, (_, i) => row(environment, agent, minutes, 2 ** i, (scale * (i + 1)) / 10));
const peopleOf = (environments: readonly string[], scale = 1) =>
  environments.flatMap((environment, at) =>
    [10, 30, 50, 70, 90].map((percentile) => ({environment, percentile, score: (scale * percentile) / 80, attempts: 8 + at})),
  );
const ROWS = [...line("y", "b", 30, 64), ...line("x", "a", 30, 16), ...line("x", "a", 120, 8), ...line("y", "a", 120, 4, 20)];
const PEOPLE = peopleOf(["x", "y"]);
const context = contextFor(["a", "b"]);
type Spec = {
  columns: number;
  description: string;
  usermeta: {caption: string};
  concat: {layer: {mark: {type: string; aria?: boolean}}[]}[];
};
const figure = (rows: readonly ScoreAtKEnvironmentRow[], people = PEOPLE, of = context) =>
  scoreAtKByEnvironment({rows, people}, of) as unknown as Spec;
const scoresIn = (spec: Spec, panel: number, type: string) =>
  valuesOf({concat: [spec.concat[panel]]}, type).map(({agent, x, y}) => [agent, x, y]);

it("has a row of panels for each environment and one for each limit, with the scores that belong there", async () => {
  const spec = figure([...ROWS, row("x", "b", 30, 1, null)]);
  expect([spec.columns, spec.concat.length]).toEqual([2, 4]);
  const expected = [
    [1, 2, 4, 8, 16].map((k, i) => ["a", k, (i + 1) / 10]),
    [1, 2, 4, 8].map((k, i) => ["a", k, (i + 1) / 10]),
    [1, 2, 4, 8, 16, 32, 64].map((k, i) => ["b", k, (i + 1) / 10]),
    [1, 2, 4].map((k, i) => ["a", k, 2 * (i + 1)]),
  ];
  expect(spec.concat.map((_, i) => scoresIn(spec, i, "point"))).toEqual(expected);
  const {texts, described} = await drawn(spec, 336);
  const count = (text: string) => texts.filter((each) => each.text === text).length;
  expect([count("Environment x"), count("Environment y"), count("30-minute attempts"), count("90 %")]).toEqual([1, 1, 2, 2]);
  expect(described).toContain("b\u2002" + "best of 64 30-minute attempts: 0.700 (0.65 to 0.80), n = 5");
});

it("draws in each environment the percentiles of people there", () => {
  const spec = figure(ROWS, [...peopleOf(["x"]), ...peopleOf(["y"], 2)]);
  const lines = spec.concat.map((_, i) => scoresIn(spec, i, "rule").map(([, , y]) => y));
  expect(lines).toEqual([0, 0, 1, 1].map((at) => [10, 30, 50, 70, 90].map((percentile) => ((at + 1) * percentile) / 80)));
});

it("gives environments scales of their own, and panels of an environment the same", () => {
  const scales = figure(ROWS).concat.map(({layer}) => JSON.stringify(layer).match(/"domain":\[[^\]]*\],"nice":false,"zero":false/)![0]);
  expect(scales[0]).toBe(scales[1]);
  expect(scales[2]).toBe(scales[3]);
  expect(scales[0]).not.toBe(scales[2]);
});

it("puts environments side by side where there is room, and limits over several rows where there is none", () => {
  const limits = (...minutes: number[]) => ["x", "y"].flatMap((each) => minutes.flatMap((some) => line(each, "a", some, 4)));
  const grid = (rows: ScoreAtKEnvironmentRow[], width: number) => {
    const {columns, concat} = figure(rows, PEOPLE, contextFor(["a"], width));
    return [columns, concat.length];
  };
  expect([grid(limits(30), 336), grid(limits(30, 120), 692), grid(limits(30, 120, 480), 692)]).toEqual([
    [2, 2],
    [4, 4],
    [3, 6],
  ]);
  expect([grid(limits(15, 30, 60, 120, 240), 336), grid(limits(15, 30, 60, 120), 336)]).toEqual([
    [3, 12], // two rows of three for each, the last place empty
    [2, 8],
  ]);
});

it("says where a limit has no attempts, and the best in each environment in numbers", async () => {
  const spec = figure([...line("x", "a", 30, 4), ...line("y", "a", 120, 2)]);
  const {texts} = await drawn(spec, 336);
  expect(texts.map(({text}) => text).filter((text) => text.endsWith(": none"))).toEqual([
    "2-hour attempts: none",
    "30-minute attempts: none",
  ]);
  expect(spec.description).toContain("Environment x: a 0.300 (0.25 to 0.40) with 4 30-minute attempts, median of people 0.625.");
  expect(spec.usermeta.caption).toContain("this share of their 8 to 9 attempts");
});

it("does not depend on the order of rows", () => {
  expect(JSON.stringify(figure([...ROWS].reverse(), [...PEOPLE].reverse()))).toBe(JSON.stringify(figure(ROWS)));
});

it.each([336, 692])("can be read at %i px: many agents and limits, long titles, one point, no people, ties, huge", async (width) => {
  const two = contextFor(["a", "b"], width);
  const long = contextFor(LONG_NAMES, width);
  const check = (rows: ScoreAtKEnvironmentRow[], people = PEOPLE, of = two) => drawn(figure(rows, people, of), width);
  const titled = (rows: ScoreAtKEnvironmentRow[]) =>
    rows.map((each) => ({...each, title: `${each.title} with a title of many more words`}));
  await check(titled(["x", "y", "z"].flatMap((each) => LONG_NAMES.flatMap((name) => line(each, name, 30, 2)))), PEOPLE, long);
  for (const count of [1, 2, 3, 4, 5, 7]) {
    await check(titled(["x", "y"].flatMap((each) => Array.from({length: count}, (_, i) => row(each, "a", 15 * (i + 1), 1, 0.3)))));
  }
  await check([row("x", "a", 30, 1, 0)], []);
  await check(
    line("x", "a", 30, 4, 0),
    PEOPLE.map((each) => ({...each, score: 0})),
  );
  await check([...line("x", "a", 30, 4, -3), ...line("y", "b", 30, 4, 1e6)]);
});
