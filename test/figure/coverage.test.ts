import type {TopLevelSpec} from "vega-lite";
import {describe, expect, it} from "vitest";
import {coverage} from "../../src/figure/coverage.js";
import {coverageByPopulation} from "../../src/figure/coverageByPopulation.js";
import {coverageByScheme} from "../../src/figure/coverageByScheme.js";
import type {CoverageFigureRow} from "../../src/figure/marks/coverageLines.js";
import {lightTheme, WIDTH_PX} from "../../src/figure/theme/theme.js";
import {drawSpec} from "../../src/render/drawSpec.js";
import {contextOf, DEFAULT_DRAW} from "../../src/report/drawOptions.js";
import {readStudy} from "../../src/report/readStudy.js";

const context = contextOf({...DEFAULT_DRAW, highlight: ["somebody"]}, {slots: new Map([["percentile", 7]]), intervalLevel: 0.9, notes: []});
const ofSample = readStudy()
  .rows.filter(({population, scheme, estimator}) => population === "sample" && scheme === "attempts" && estimator !== "with-replacement")
  .map((row) => ({...row, title: "Sample model"}));

type Mark = {type: string};
type Layer = {mark: Mark; data: {values: Record<string, unknown>[]}; encoding: Record<string, unknown>};

/** The values of every point of a spec. */
const pointsIn = (spec: TopLevelSpec): Record<string, unknown>[] =>
  (spec as unknown as {concat: {layer: Layer[]}[]}).concat
    .flatMap(({layer}) => layer)
    .filter(({mark, encoding}) => mark.type === "point" && "description" in encoding)
    .flatMap(({data}) => data.values);

const row = (fields: Partial<CoverageFigureRow> = {}): CoverageFigureRow => ({
  population: "p",
  title: "P",
  scheme: "attempts",
  method: "percentile",
  n: 8,
  k: 1,
  dataSets: 100,
  coverage: 0.9,
  undefinedShare: 0,
  calibrated: true,
  ...fields,
});

describe("coverage", () => {
  it("has one point for each cell of which half of the data sets have an interval, hollow outside the rule", () => {
    const points = pointsIn(coverage({rows: ofSample, level: 0.95}, context));
    const drawable = ofSample.filter((each) => each.undefined <= each.dataSets / 2);
    expect(drawable.length).toBeLessThan(ofSample.length);
    expect(points.length).toBe(drawable.length);
    const hollow = points.filter(({fill}) => fill === lightTheme.background);
    expect(hollow.length).toBe(drawable.filter(({calibrated}) => !calibrated).length);
    expect(hollow.length).toBeGreaterThan(0);
    for (const {n, k, method, dataSets, covered, undefined: missing} of drawable) {
      const name = method === "bca" ? "BCa" : method;
      const share = (100 * covered) / (dataSets - missing);
      const text = `${name}\u2002n = ${n}, k = ${k}: ${share.toFixed(1)} %`;
      expect(points.filter((point) => point.text === text && point.y === Number(share.toFixed(2)))).toHaveLength(1);
    }
  });

  it("gives methods colours of their own, whatever a store's agents are called and whoever is highlighted", () => {
    const points = pointsIn(coverage({rows: ofSample, level: 0.95}, context));
    const fills = (name: string) => new Set(points.filter(({agent, fill}) => agent === name && fill !== "#ffffff").map(({fill}) => fill));
    expect(["percentile", "BCa", "studentized", "normal"].map((name) => [...fills(name)])).toEqual(
      lightTheme.agents.slice(0, 4).map((color) => [color]),
    );
    expect(new Set(points.map(({opacity}) => opacity))).toEqual(new Set([1]));
  });

  it("is the same spec whatever the order of the rows", () => {
    const reversed = [...ofSample].reverse();
    expect(coverage({rows: reversed, level: 0.95}, context)).toEqual(coverage({rows: ofSample, level: 0.95}, context));
  });
});

describe("any of the three", () => {
  const FIGURES = {coverage, coverageByPopulation, coverageByScheme};
  it.each(Object.entries(FIGURES))("%s draws one cell, one without an interval beside it, all and nothing held", async (_, figure) => {
    for (const rows of [
      [row()],
      [row(), row({population: "q", title: "Q", coverage: null, undefinedShare: 1})],
      [row({coverage: 0}), row({k: 8, coverage: 1})],
    ]) {
      const spec = figure({rows, level: 0.9}, context);
      const {svg, warnings} = await drawSpec(spec);
      expect(warnings).toEqual([]);
      expect(svg).toContain(`width="${WIDTH_PX[1]}"`);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      expect(pointsIn(spec)).toHaveLength(rows.filter((each) => each.coverage !== null).length);
    }
  });

  it("draws what is resampled as lines of their own", () => {
    const rows = ["environments", "attempts"].flatMap((scheme) => ["percentile", "studentized"].map((method) => row({scheme, method})));
    const points = pointsIn(coverageByScheme({rows, level: 0.95}, context));
    expect(new Set(points.map(({agent}) => agent)).size).toBe(4);
  });
});
