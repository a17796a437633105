import fc from "fast-check";
import {expect, it} from "vitest";
import {formatDuration} from "../../../src/duration.js";
import {kAxis, logTimeAxis, paddedAxis, timeAxis, valueAxis} from "../../../src/figure/layout/axes.js";
import {blockGrid} from "../../../src/figure/layout/blockGrid.js";
import {logTicks} from "../../../src/figure/layout/logTicks.js";
import {panelFigure} from "../../../src/figure/layout/panelFigure.js";
import {timeTicks} from "../../../src/figure/layout/timeTicks.js";
import {contextFor, drawn} from "../drawing.js";

const context = contextFor([]);

/** A figure with nothing but this y axis, drawn: the labels that Vega wrote. */
async function writtenLabels(encoding: object): Promise<string[]> {
  const point = {data: {values: []}, mark: {type: "point"}, encoding: {y: {field: "y", type: "quantitative", ...encoding}}};
  const texts = {title: "t", description: "d", caption: "", xTitle: null, yTitle: null};
  const panels = [{title: null, layers: () => [point]}];
  const spec = panelFigure({...texts, panels, columns: 1, plotHeightPx: 200, yLabels: ["0".repeat(12)]}, {...context, caption: false});
  return (await drawn(spec, 336)).texts.map(({text}) => text);
}

it("measures the labels that Vega writes", async () => {
  for (const values of [
    [0, 0.93],
    [-0.4, 1.1],
    [0, 7],
    [0, 2e6],
    [0, 0.00003],
    [-12, -3],
  ]) {
    const {labels, encoding} = valueAxis(values);
    expect(await writtenLabels(encoding)).toEqual(labels);
  }
  for (const values of [
    [0.3, 4.7],
    [2.1, 2.4],
    [90, 400],
    [1e-9, 1e9],
    [0.02, 300],
    [1e-200, 1e200],
  ]) {
    const {labels, encoding} = paddedAxis(values, {log: true, padShare: 0.1, count: 4});
    expect(await writtenLabels(encoding)).toEqual(labels);
  }
});

const positive = fc.double({min: 1e-12, max: 1e12, noNaN: true});

it("has two or more logarithmic ticks, all inside, ascending, round", () => {
  fc.assert(
    fc.property(positive, fc.double({min: 1.05, max: 1e9, noNaN: true}), fc.integer({min: 3, max: 8}), (low, factor, count) => {
      const ticks = logTicks(low, low * factor, count);
      expect(ticks.length).toBeGreaterThan(1);
      expect(ticks.length).toBeLessThanOrEqual(2 * count + 2);
      ticks.forEach((tick, i) => {
        expect(tick).toBeGreaterThanOrEqual(low);
        expect(tick).toBeLessThanOrEqual(low * factor);
        if (i > 0) expect(tick).toBeGreaterThan(ticks[i - 1]!);
        expect(Number(tick.toPrecision(5))).toBe(tick);
      });
    }),
  );
});

it("goes on beyond its values by a share of their range, and places them between", () => {
  const linear = paddedAxis([10, 20], {log: false, padShare: 0.5, count: 4});
  expect(linear.domain).toEqual([5, 25]);
  expect([linear.shareOf(25), linear.shareOf(15), linear.shareOf(5)]).toEqual([0, 0.5, 1]);
  const log = paddedAxis([1, 100], {log: true, padShare: 0.5, count: 4});
  expect(log.domain.map((end) => end.toPrecision(6))).toEqual(["0.100000", "1000.00"]);
  expect(log.shareOf(10)).toBeCloseTo(0.5, 12);
});

it("has powers of two from the smallest k on, no closer than their labels are wide", () => {
  expect(kAxis([1, 2, 64], 336, context).axis.values).toEqual([1, 2, 4, 8, 16, 32, 64]);
  expect(kAxis([1], 100, context).axis.values).toEqual([1]);
  const {values} = kAxis([1, 4096], 100, context).axis;
  expect(values).toEqual([1, 16, 256, 4096]);
});

it("gives every block its places, in rows that are no longer than allowed", () => {
  const size = fc.integer({min: 1, max: 12});
  fc.assert(
    fc.property(size, size, size, (count, most, blocks) => {
      const {columns, places, blockColumns} = blockGrid(count, most, blocks);
      expect(columns).toBeLessThanOrEqual(most);
      expect(places).toBeGreaterThanOrEqual(count);
      expect(places % blockColumns).toBe(0);
      expect(columns % blockColumns).toBe(0);
      if (count > most) expect(blockColumns).toBe(columns); // a block's rows are rows of the grid
    }),
  );
});

it("has times that people say, from a second to days, all inside and about twofold", () => {
  expect(timeTicks(1, 7200, () => true).map(formatDuration)).toEqual([
    ...["1s", "2s", "4s", "8s", "15s", "30s", "1m", "2m", "4m", "8m", "15m", "30m", "1h", "2h"],
  ]);
  expect(timeTicks(50, 700, () => true)).toEqual([60, 120, 240, 480]);
  expect(timeTicks(1800, 64 * 3600, (ticks) => ticks.length <= 4).map(formatDuration)).toEqual(["1h", "4h", "16h", "64h"]);
  expect(logTimeAxis([60, 600], 400, context).axis.values).toEqual([60, 120, 240, 480]);
});

it("a time axis has a tick besides 0, however short, and hours where there are two of them", () => {
  const ticks = (seconds: number) => timeAxis(seconds, 200, context).axis.values;
  expect(ticks(300)).toEqual([0, 120, 240]);
  expect(ticks(8)).toEqual([0, 2, 4, 6, 8]);
  expect(ticks(1800)).toEqual([0, 900, 1800]);
  expect(ticks(8 * 3600).at(-1)).toBe(8 * 3600);
  for (const seconds of [2, 45, 61, 3599, 7200, 100_000]) expect(ticks(seconds).length).toBeGreaterThan(1);
});
