import fc from "fast-check";
import {expect, it} from "vitest";
import {binOf, histogramBins} from "../../src/stats/histogramBins.js";

const between = (from: number, to: number, count: number) => Array.from({length: count}, (_, i) => from + ((to - from) * i) / (count - 1));
const edges = (values: readonly number[]) => histogramBins(values).map(({low, high}) => [low, high]);

it("has the width of Freedman and Diaconis as 1, 2 or 5 × a power of ten", () => {
  // 0 to 10 in 64 steps, interquartile range 5: 2 · 5 / 64^⅓ = 2.5, closest to 2 by ratio, but that makes 6 bins; 1 makes 11
  expect(edges(between(0, 10, 64))).toEqual(Array.from({length: 11}, (_, i) => [i, i + 1]));
  // 8,000 of them: 2 · 5 / 20 = 0.5, 21 bins
  expect(edges(between(0, 10, 8000))).toEqual(Array.from({length: 21}, (_, i) => [i / 2, (i + 1) / 2]));
});

it("has edges that are the numbers closest to their decimals, and puts a value on an edge above it", () => {
  const values = between(0, 1, 11).map((x) => Math.round(x * 10) / 10);
  const bins = histogramBins(values);
  expect(bins.map(({low}) => low)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  expect(values.map((value) => binOf(bins, value))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

it("puts an extreme value in a last bin without an end, and one far below in a first without a beginning", () => {
  const usual = between(0, 0.9, 60);
  const bins = histogramBins([...usual, 1000, -50]);
  expect(bins[0]).toEqual({low: expect.closeTo(-0.1, 12), high: 0, openStart: true, openEnd: false});
  expect(bins.at(-1)).toEqual({low: 1, high: 1.1, openStart: false, openEnd: true});
  expect(bins.length).toBe(12);
  expect([-50, 0, 0.95, 1000].map((value) => binOf(bins, value))).toEqual([0, 1, 10, 11]);
});

it("has no bin without an end where 30 bins are enough, or where many values are far above", () => {
  expect(histogramBins([...between(0, 0.9, 60), 2.8]).some(({openEnd}) => openEnd)).toBe(false);
  // as in METR's kernel: most attempts near 0, people's ten near 1
  const bins = histogramBins([...between(0, 0.06, 170), ...between(0.7, 1.8, 10)]);
  expect(bins.some(({openEnd}) => openEnd)).toBe(false);
  expect(bins.length).toBeLessThanOrEqual(30);
});

it("has bins where half of the values are the same, and one bin where all are", () => {
  expect(histogramBins([...Array.from({length: 50}, () => 0), ...between(0.5, 2, 10)]).length).toBeGreaterThanOrEqual(8);
  expect(edges([0, 0, 0])).toEqual([[0, 0.1]]);
  expect(edges([0.25])).toEqual([[0.2, 0.3]]);
  expect(histogramBins([1e9, 1e9]).length).toBe(1);
});

it("refuses no values", () => {
  expect(() => histogramBins([])).toThrow(expect.objectContaining({code: "undefined-statistic"}));
});

it("has 1 to 32 bins of one width without gaps, each value in the one whose edges are around it", () => {
  const score = fc.oneof(fc.double({min: -3, max: 3, noNaN: true}), fc.constantFrom(0, 1, 0.3, 1e9, -1e9, 1e-12));
  fc.assert(
    fc.property(fc.array(score, {minLength: 1, maxLength: 120}), (values) => {
      const bins = histogramBins(values);
      expect(bins.length).toBeLessThanOrEqual(32);
      const width = bins[0]!.high - bins[0]!.low;
      bins.forEach(({low, high, openStart, openEnd}, i) => {
        expect(high - low).toBeCloseTo(width, 6);
        if (i > 0) expect(low).toBe(bins[i - 1]!.high);
        expect(openStart && i > 0).toBe(false);
        expect(openEnd && i < bins.length - 1).toBe(false);
      });
      for (const value of values) {
        const {low, high, openStart, openEnd} = bins[binOf(bins, value)]!;
        expect(openStart || low <= value).toBe(true);
        expect(openEnd || value < high).toBe(true);
      }
      const ends = [bins[0]!, bins.at(-1)!].map((bin) => values.some((value) => bins[binOf(bins, value)] === bin));
      expect(ends).toEqual([true, true]); // no empty bins at the ends
    }),
    {numRuns: 500},
  );
});
