import fc from "fast-check";
import {expect, it} from "vitest";
import {environmentPercentiles} from "../../src/score/environmentPercentiles.js";

it("has numpy's percentiles of each environment, and their mean", () => {
  // Python: numpy.percentile([.1, .4, .2, .9], [10, 50, 90]), of [.5, 1.5], and numpy.mean of the two over axis 0
  const {each, mean} = environmentPercentiles(
    [
      [0.1, 0.4, 0.2, 0.9],
      [0.5, 1.5],
    ],
    [10, 50, 90],
  );
  expect(each).toEqual([
    [0.13, 0.3, 0.75].map((value) => expect.closeTo(value, 12)),
    [0.6, 1, 1.4].map((value) => expect.closeTo(value, 12)),
  ]);
  expect(mean).toEqual([0.365, 0.65, 1.075].map((value) => expect.closeTo(value, 12)));
});

it("is one value for one attempt, and never falls with the percentile", () => {
  expect(environmentPercentiles([[0.3]], [0, 10, 100])).toEqual({each: [[0.3, 0.3, 0.3]], mean: [0.3, 0.3, 0.3]});
  const scores = fc.array(fc.double({min: -10, max: 10, noNaN: true}), {minLength: 1, maxLength: 30});
  fc.assert(
    fc.property(fc.array(scores, {minLength: 1, maxLength: 7}), (environments) => {
      const {mean} = environmentPercentiles(environments, [0, 10, 25, 50, 75, 90, 100]);
      for (const [i, value] of mean.slice(1).entries()) expect(value).toBeGreaterThanOrEqual(mean[i]! - 1e-12);
    }),
  );
});

it("refuses an environment without attempts", () => {
  expect(() => environmentPercentiles([[]], [50])).toThrow(expect.objectContaining({code: "undefined-statistic"}));
});
