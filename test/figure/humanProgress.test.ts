import {expect, it} from "vitest";
import {type HumanProgressFigureRow, humanProgress} from "../../src/figure/humanProgress.js";
import {contextFor, drawn, valuesOf} from "./drawing.js";

/** Scores that rise with time; the percentiles of a uniform distribution around 1 after 8 hours. */
const row = (hours: number, scale = 1): HumanProgressFigureRow => {
  const at = (share: number) => (hours / 8) * scale * share;
  return {
    ...{timeSeconds: hours * 3600, mean: at(0.64), p10: at(0.1), p25: at(0.3), p50: at(0.6), p75: at(0.9), p90: at(1.1)},
    ...{environmentCount: 7, environmentTotal: 7, attempts: 71},
  };
};
const ROWS = Array.from({length: 33}, (_, i) => row(i / 4));
const context = contextFor([]);

it("draws the mean, the median and two bands, each from all rows, and one point where the mean ends", async () => {
  const spec = humanProgress(ROWS, context);
  const layers = (spec as unknown as {concat: {layer: {mark: {type: string; aria?: boolean}; encoding: {y: {field: string}}}[]}[]})
    .concat[0]!;
  const marks = layers.layer.filter(({mark}) => mark.aria !== false).map(({mark, encoding}) => `${mark.type} ${encoding.y.field}`);
  expect(marks).toEqual(["area p10", "area p25", "line p50", "line mean", "point mean"]);
  expect(valuesOf(spec, "line")).toHaveLength(2 * ROWS.length);
  expect(valuesOf(spec, "point").map(({timeSeconds, mean}) => [timeSeconds, mean])).toEqual([[28800, 0.64]]);
  const {texts, described} = await drawn(spec, 336);
  expect(texts.map(({text}) => text)).toEqual(expect.arrayContaining(["90 % of people", "75 % of people", "Mean", "Median", "0", "8h"]));
  const end = "8h: mean 0.640, median 0.600, 10 to 90 % of people 0.100 to 1.100, n = 71, all 7 environments";
  expect(described).toContain(`People\u2002${end}`);
});

it("says the message in numbers, and how many attempts in how many environments", () => {
  const spec = humanProgress(
    ROWS.map((each) => ({...each, environmentCount: 3})),
    context,
  ) as unknown as {description: string; usermeta: {caption: string}};
  expect(spec.description).toContain("After 2h: mean 0.160, median 0.150, 10th to 90th percentile 0.025 to 0.275.");
  expect(spec.usermeta.caption).toContain("n = 71 attempts in 3 of 7 environments.");
});

it("puts labels in the order of their values, whatever they are", async () => {
  const {texts} = await drawn(humanProgress([{...row(8), mean: 0.05}], context), 336);
  const heights = ["90 % of people", "75 % of people", "Median", "25 % of people", "10 % of people", "Mean"].map(
    (label) => texts.find(({text}) => text === label)!.y1,
  );
  expect(heights).toEqual([...heights].sort((a, b) => a - b));
});

it("does not depend on the order of rows, and changes none", () => {
  const reversed = Object.freeze([...ROWS].reverse());
  expect(JSON.stringify(humanProgress(reversed, context))).toBe(JSON.stringify(humanProgress(ROWS, context)));
});

it.each([336, 692])("can be read at %i px: one row, all ties, all 0, below 0, huge", async (width) => {
  const wide = contextFor([], width);
  await drawn(humanProgress(ROWS, wide), width);
  await drawn(humanProgress([row(8)], wide), width);
  await drawn(humanProgress([row(0), row(0.25)], wide), width);
  await drawn(humanProgress([row(0)], wide), width);
  const tie = {mean: 0.5, p10: 0.5, p25: 0.5, p50: 0.5, p75: 0.5, p90: 0.5};
  await drawn(humanProgress([{...row(8), ...tie}], wide), width);
  for (const scale of [0, -1, 1e6]) {
    await drawn(
      humanProgress(
        ROWS.map(({timeSeconds}) => row(timeSeconds / 3600, scale)),
        wide,
      ),
      width,
    );
  }
});
