import {expect, it} from "vitest";
import {type ExperienceFigureData, type ExperienceFigureRow, experience} from "../../src/figure/experience.js";
import {contextFor, drawn, valuesOf} from "./drawing.js";

const row = (quintile: number, medianYears: number, attempts = 4): ExperienceFigureRow => ({
  quintile,
  attempts,
  people: attempts,
  medianYears,
  p25Years: medianYears - 1,
  p75Years: medianYears + 2,
  meanYears: medianYears + 0.3,
  lowScore: quintile / 10,
  highScore: quintile / 5,
});
const DATA: ExperienceFigureData = {
  rows: [row(1, 3), row(3, 5.25), row(5, 8)],
  points: [1, 3, 5].flatMap((quintile) => [2, 2, 6, 12].map((years, i) => ({attemptId: `p${quintile}-${i}`, quintile, years, score: 0.5}))),
};
const context = contextFor([]);

it("has a point for each attempt, a box and a median for each quintile", async () => {
  const spec = experience(DATA, context);
  const points = valuesOf(spec, "point") as {x: number; years: number}[];
  expect(points.map(({years}) => years)).toEqual(DATA.points.map(({years}) => years));
  expect(points.map(({x}) => Math.round(x))).toEqual(DATA.points.map(({quintile}) => quintile));
  expect(points[0]!.x).not.toBe(points[1]!.x); // of the same years
  expect(valuesOf(spec, "rule").map(({medianYears}) => medianYears)).toEqual([3, 5.25, 8]);
  const {described, texts} = await drawn(spec, 336);
  expect(described).toContain("People\u2002Quintile 3: median 5.3 years, middle half 4.3 to 7.3, scores 0.300 to 0.600, n = 4");
  expect(described).toContain("People\u2002p5-3: 12 years, score 0.500");
  expect(texts.map(({text}) => text)).toEqual(expect.arrayContaining(["1 (lowest)", "5 (highest)"]));
});

it("does not depend on the order of rows and points", () => {
  const turned = {rows: [...DATA.rows].reverse(), points: [...DATA.points].reverse()};
  expect(JSON.stringify(experience(turned, context))).toBe(JSON.stringify(experience(DATA, context)));
});

it("counts attempts", () => {
  expect(JSON.stringify(experience(DATA, context))).toContain("n = 12 attempts (4 in quintile 1, 4 in quintile 3, 4 in quintile 5).");
});

it.each([336, 692])("can be read at %i px: one attempt, a crowd, no experience, hostile ids", async (width) => {
  const one = {rows: [row(2, 4, 1)], points: [{attemptId: "</text>\u202e\u0007", quintile: 2, years: 4, score: -0.1}]};
  const {described} = await drawn(experience(one, contextFor([], width)), width);
  expect(described).toContain("People\u2002</text>\\u202e\\u0007: 4 years, score −0.100");
  const crowd = Array.from({length: 400}, (_, i) => ({attemptId: `p${i}`, quintile: 1 + (i % 5), years: i % 3, score: i}));
  await drawn(experience({rows: [row(1, 1)], points: crowd}, contextFor([], width)), width);
  await drawn(
    experience(
      {rows: [{...row(1, 0), p25Years: 0, p75Years: 0}], points: [{attemptId: "p", quintile: 1, years: 0, score: 0}]},
      contextFor([], width),
    ),
    width,
  );
});
