import fc from "fast-check";
import {expect, it} from "vitest";
import {PackedLogs} from "../../src/analysis/packedLogs.js";
import type {NormalizedLog} from "../../src/score/scoreLog.js";

const finite = fc.double({noNaN: true, noDefaultInfinity: true});
const log = fc.array(fc.tuple(finite, fc.option(finite)), {maxLength: 30}).map(
  (entries): NormalizedLog => ({
    workingSeconds: entries.map(([seconds]) => seconds),
    scores: entries.map(([, score]) => score),
  }),
);
const unpacked = ({workingSeconds, scores}: NormalizedLog) => ({workingSeconds, scores});

it("gives every log back as it was, among others", () => {
  fc.assert(
    fc.property(fc.array(log), (logs) => {
      const packed = new PackedLogs();
      expect(logs.map((each) => packed.add(each)).map(unpacked)).toEqual(logs);
    }),
  );
});

it("holds logs of any length: one that fills a block, one longer than that, and what comes after", () => {
  const packed = new PackedLogs();
  const lengths = [3, 32_766, 0, 40_000, 2, 32_768, 1];
  const logs = lengths.map((length, i) => ({
    workingSeconds: Array.from({length}, (_, j) => i + j),
    scores: Array.from({length}, (_, j) => (j % 5 === 0 ? null : i - j / 8)),
  }));
  expect(logs.map((each) => packed.add(each)).map(unpacked)).toEqual(logs);
});

it("does not change with what was packed", () => {
  const [workingSeconds, scores] = [
    [1, 2],
    [null, 0.5],
  ];
  const packed = new PackedLogs().add({workingSeconds, scores});
  workingSeconds[0] = 9;
  (packed.scores as (number | null)[])[1] = 9;
  expect(unpacked(packed)).toEqual({workingSeconds: [1, 2], scores: [null, 0.5]});
});
