import fc from "fast-check";
import {expect, it} from "vitest";
import {runningRawScore} from "../../src/score/runningRawScore.js";
import {scoreAtTime, scoreWithinLimit} from "../../src/score/scoreLog.js";

const log = {workingSeconds: [10, 20, 20, 30, 40, 100.9, 101.1], scores: [null, 5, 4, 4, 6, 3, 1]};
const steps = (rule: "best" | "last" | "first", higherIsBetter: boolean) =>
  runningRawScore(log, {rule, higherIsBetter, timeLimitSeconds: 100}).map(({timeSeconds, score}) => [timeSeconds, score]);

it("steps where the score that counts changes; late entries count at the limit, very late ones do not", () => {
  expect(steps("best", false)).toEqual([
    [20, 4],
    [100, 3],
  ]);
  expect(steps("best", true)).toEqual([
    [20, 5],
    [40, 6],
    [100, 6],
  ]);
  expect(steps("last", false)).toEqual([
    [20, 4],
    [40, 6],
    [100, 3],
  ]);
  expect(steps("first", true)).toEqual([
    [20, 5],
    [100, 5],
  ]);
});

it("is nothing where nothing valid was scored in time", () => {
  const options = {rule: "best", higherIsBetter: true, timeLimitSeconds: 100} as const;
  expect(runningRawScore({workingSeconds: [], scores: []}, options)).toEqual([]);
  expect(runningRawScore({workingSeconds: [5, 102], scores: [null, 1]}, options)).toEqual([]);
});

it("has at any time the value that score logs are sliced with", () => {
  const entry = fc.tuple(fc.integer({min: 0, max: 110}), fc.option(fc.integer({min: -3, max: 3})));
  fc.assert(
    fc.property(fc.array(entry, {maxLength: 20}), fc.constantFrom("best", "last", "first"), fc.nat(99), (entries, rule, timeSeconds) => {
      const sorted = entries.sort(([a], [b]) => a - b);
      const own = {workingSeconds: sorted.map(([at]) => at), scores: sorted.map(([, score]) => score)};
      const points = runningRawScore(own, {rule, higherIsBetter: true, timeLimitSeconds: 100});
      const value = points.findLast((point) => point.timeSeconds <= timeSeconds)?.score ?? null;
      expect(points.every((point, i) => i === 0 || point.timeSeconds > points[i - 1]!.timeSeconds)).toBe(true);
      expect(points.slice(0, -1).every((point, i) => i === 0 || point.score !== points[i - 1]!.score)).toBe(true);
      expect(value).toBe(scoreAtTime(own, timeSeconds, rule, null));
      expect(points.at(-1)?.score ?? null).toBe(scoreWithinLimit(own, 100, rule));
    }),
  );
});
