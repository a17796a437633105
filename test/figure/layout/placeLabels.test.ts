import fc from "fast-check";
import {expect, it} from "vitest";
import {type LabelPlace, type LabelWish, placeLabels} from "../../../src/figure/layout/placeLabels.js";

const AREA = {widthPx: 300, heightPx: 200, pointRadiusPx: 3};
const wish = (xPx: number, yPx: number, widthPx = 60, heightPx = 12): LabelWish => ({xPx, yPx, widthPx, heightPx});
const boxOf = ({left, top}: LabelPlace, {widthPx, heightPx}: LabelWish) => ({x1: left, x2: left + widthPx, y1: top, y2: top + heightPx});
type Box = ReturnType<typeof boxOf>;
const overlap = (a: Box, b: Box) =>
  Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1) > 1e-9 && Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1) > 1e-9;

it("stands right of its point where there is room, left at the right edge, below in the corner of two", () => {
  expect(placeLabels([wish(100, 100)], AREA)).toEqual([{left: 106, top: 94, far: false}]);
  expect(placeLabels([wish(290, 100)], AREA)).toEqual([{left: 224, top: 94, far: false}]);
  expect(placeLabels([wish(150, 2, 280)], AREA)).toEqual([{left: 10, top: 8, far: false}]);
});

it("covers no point and no other label, stays inside, and is the same each time", () => {
  const wishes = fc.array(
    fc.record({
      xPx: fc.integer({min: 0, max: 300}),
      yPx: fc.integer({min: 0, max: 200}),
      widthPx: fc.integer({min: 5, max: 150}),
      heightPx: fc.integer({min: 8, max: 30}),
    }),
    {maxLength: 14},
  );
  fc.assert(
    fc.property(wishes, (all) => {
      const places = placeLabels(all, AREA);
      expect(places).toHaveLength(all.length);
      const boxes = places.flatMap((place, i) => (place === null ? [] : [boxOf(place, all[i]!)]));
      const points = all.map(({xPx, yPx}) => ({x1: xPx - 3, x2: xPx + 3, y1: yPx - 3, y2: yPx + 3}));
      boxes.forEach((box, i) => {
        expect(box.x1 >= 0 && box.x2 <= 300 && box.y1 >= 0 && box.y2 <= 200).toBe(true);
        expect([...points, ...boxes.slice(i + 1)].filter((other) => overlap(box, other))).toEqual([]);
      });
      expect(placeLabels(all, AREA)).toEqual(places);
    }),
  );
});

it("goes further out where its point is in a crowd, and has no place at all where nothing is free", () => {
  const crowd = Array.from({length: 10}, () => wish(150, 100));
  const places = placeLabels(crowd, AREA);
  expect(places.slice(0, 4).every((place) => place?.far === false)).toBe(true);
  expect(places.some((place) => place?.far)).toBe(true);
  expect(placeLabels([wish(150, 100, 301)], AREA)).toEqual([null]);
});

it("keeps off lines where that is near enough", () => {
  const lines = Array.from({length: 61}, (_, i) => ({xPx: 150 + i * 2, yPx: 100}));
  expect(placeLabels([wish(150, 100)], {...AREA, lines})).toEqual([{left: 84, top: 94, far: false}]);
});
