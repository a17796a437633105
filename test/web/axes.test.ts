import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {csvField} from "../../src/web/csvField.js";
import {sortOrder} from "../../src/web/sortOrder.js";
import {pathX} from "../../src/web/zoom/pathX.js";
import {ticksBetween} from "../../src/web/zoom/ticksBetween.js";
import {labelOf, secondsOf, timeScale} from "../../src/web/zoom/timeScale.js";
import {valueOfLabel, valueScale} from "../../src/web/zoom/valueScale.js";
import {isWhole, shifted, viewOf, WHOLE, zoomed} from "../../src/web/zoom/view.js";

const HOUR = 3600;

describe("pathX", () => {
  it("moves x coordinates of every command and leaves the rest", () => {
    expect(pathX("M1,2L3,4H5V6C1,2,3,4,5,6h7v8l1,2A3,3,0,0,1,9,10Z", 2, 100)).toBe(
      "M102,2L106,4H110V6C102,2,106,4,110,6h14v8l2,2A3,3,0,0,1,118,10Z",
    );
    expect(pathX("M-1.5e1,2L.5-3", 10, 0)).toBe("M-150,2L5,-3");
  });

  it("is undone by the inverse, to a thousandth", () => {
    const points = fc.array(fc.tuple(fc.integer({min: -500, max: 500}), fc.integer({min: -500, max: 500})), {minLength: 1, maxLength: 20});
    fc.assert(
      fc.property(points, fc.integer({min: 1, max: 16}), fc.integer({min: -900, max: 900}), (places, scale, shift) => {
        const d = places.map(([x, y], i) => `${i === 0 ? "M" : "L"}${x},${y}`).join("");
        const back = pathX(pathX(d, scale, shift), 1 / scale, -shift / scale);
        expect(back).toBe(d);
      }),
    );
  });
});

describe("views", () => {
  const share = fc.double({min: 0, max: 1, noNaN: true});
  it("stay inside the axis, and no smaller than a 32nd of it", () => {
    fc.assert(
      fc.property(share, share, fc.double({min: 0.1, max: 10, noNaN: true}), share, (a, b, factor, by) => {
        for (const {from, to} of [viewOf(a, b), zoomed(viewOf(a, b), factor), shifted(viewOf(a, b), by - 0.5)]) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(to).toBeLessThanOrEqual(1 + 1e-12);
          expect(to - from).toBeGreaterThanOrEqual(1 / 32 - 1e-12);
        }
      }),
    );
  });
  it("come back when one goes in and out", () => {
    expect(zoomed(zoomed(viewOf(0.3, 0.5), 2), 0.5)).toEqual({from: expect.closeTo(0.3, 12), to: expect.closeTo(0.5, 12)});
    expect(isWhole(zoomed(zoomed(WHOLE, 2), 0.5))).toBe(true);
  });
});

describe("axes of time", () => {
  it("reads the labels of axes, and nothing else", () => {
    expect(["0", "30m", "1.5h", "64h", "90s"].map(secondsOf)).toEqual([0, 1800, 5400, 64 * HOUR, 90]);
    expect(["1", "1.0", "", "$8", "8 h", "8hours"].map(secondsOf)).toEqual([null, null, null, null, null, null]);
  });

  it("writes labels that say what they stand for", () => {
    expect([0, 45, 1800, 5400, 3 * HOUR + 300, 7 * HOUR, 90, 2 * HOUR - 1].map(labelOf)).toEqual([
      "0",
      "45s",
      "30m",
      "1.5h",
      "3h5m",
      "7h",
      "1m30s",
      "2h",
    ]);
  });

  it("tells logarithmic from linear ones, and where times are between ticks", () => {
    const log = timeScale([
      {seconds: HOUR, x: 0},
      {seconds: 2 * HOUR, x: 100},
      {seconds: 8 * HOUR, x: 300},
    ])!;
    expect(log.isLog).toBe(true);
    expect(log.xOf(4 * HOUR)).toBeCloseTo(200, 9);
    expect(log.secondsAt(150)).toBeCloseTo(2 ** 1.5 * HOUR, 6);
    const linear = timeScale([
      {seconds: 0, x: 10},
      {seconds: 2 * HOUR, x: 110},
    ])!;
    expect(linear.isLog).toBe(false);
    expect(linear.secondsAt(60)).toBeCloseTo(HOUR, 9);
    expect(timeScale([{seconds: 0, x: 10}])).toBeNull();
  });

  it("keeps the axis' ticks, adds round ones where there are few, and lets none touch", () => {
    const xOf = (seconds: number) => (seconds / HOUR) * 60;
    const ticks = ticksBetween([2 * HOUR, 5 * HOUR], [2 * HOUR, 4 * HOUR, 6 * HOUR], {xOf, gapPx: 34});
    expect(ticks.map(labelOf)).toEqual(["2h", "3h", "4h", "5h"]);
    fc.assert(
      fc.property(fc.integer({min: 0, max: 40 * HOUR}), fc.integer({min: 60, max: 40 * HOUR}), (low, width) => {
        const at = (seconds: number) => ((seconds - low) / width) * 500;
        const found = ticksBetween([low, low + width], [], {xOf: at, gapPx: 34});
        found.slice(1).forEach((seconds, i) => {
          expect(at(seconds) - at(found[i]!)).toBeGreaterThanOrEqual(34);
        });
        expect(found.every((seconds) => seconds >= low && seconds <= low + width)).toBe(true);
      }),
    );
  });
});

describe("axes of values", () => {
  it("are read where they are linear", () => {
    expect(["0.5", "−1.25", "1,000", "1e-3", "x"].map(valueOfLabel)).toEqual([0.5, -1.25, 1000, null, null]);
    const linear = [1.5, 1, 0.5].map((value, i) => ({value, y: 90 * i}));
    expect(valueScale(linear)!(45)).toBeCloseTo(1.25, 12);
    expect(valueScale([100, 10, 1].map((value, i) => ({value, y: 90 * i})))).toBeNull(); // logarithmic
    expect(valueScale(linear.slice(0, 1))).toBeNull();
  });
});

describe("tables", () => {
  it("sorts numbers, texts and missing values", () => {
    expect(sortOrder([3, null, -1, 2], false)).toEqual([2, 3, 0, 1]);
    expect(sortOrder([3, null, -1, 2], true)).toEqual([0, 3, 2, 1]);
    expect(sortOrder(["b", "a10", "a9", "A8"], false)).toEqual([3, 2, 1, 0]);
    expect(sortOrder([1, 1, 1], true)).toEqual([0, 1, 2]); // equal ones as they stood
  });

  it("quotes fields that have to be", () => {
    expect(['a"b', "a,b", "a\nb", "plain", " x", ""].map(csvField)).toEqual(['"a""b"', '"a,b"', '"a\nb"', "plain", '" x"', ""]);
  });
});
