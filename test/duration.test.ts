import fc from "fast-check";
import {expect, it} from "vitest";
import {formatDuration, parseDuration, parseDurations} from "../src/duration.js";

it.each([
  ["30m", 1800],
  ["2h", 7200],
  ["90s", 90],
  ["1h30m", 5400],
  ["1.5h", 5400],
  ["1.1h", 3960], // 1.1 * 3600 is 3960.0000000000005
  ["1h0m1.5s", 3601.5],
  [" 2h ", 7200],
])("reads %s as %d seconds", (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

it.each(["", "banana", "2", "h", "-2h", "30m2h", "2h2h", "0s", "0h0m", "1e3s", "2 h", "∞h", `${"9".repeat(400)}h`])(
  "refuses %j",
  (text) => {
    expect(() => parseDuration(text)).toThrow(expect.objectContaining({code: "usage", problem: `"${text}" is not a duration`}));
  },
);

it("names the wrong part of a list", () => {
  expect(() => parseDurations("2h,banana")).toThrow('"banana" is not a duration');
  expect(() => parseDurations("2h,,8h")).toThrow('"" is not a duration');
});

it("sorts a list and leaves repeats out", () => {
  expect(parseDurations("8h, 2h,120m")).toEqual([7200, 28800]);
});

it.each([
  [1800, "30m"],
  [5400, "1h30m"],
  [115200, "32h"],
  [90, "1m30s"],
  [0.25, "0.25s"],
  [3599.9999, "1h"],
  [0, "0s"],
])("writes %d seconds as %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

it("reads back what it writes, to the millisecond", () => {
  fc.assert(
    fc.property(fc.integer({min: 1, max: 1e12}), (milliseconds) => {
      expect(parseDuration(formatDuration(milliseconds / 1000))).toBeCloseTo(milliseconds / 1000, 6);
    }),
    {seed: 1, numRuns: 2000},
  );
  fc.assert(
    fc.property(fc.integer({min: 1, max: 1e9}), (seconds) => {
      expect(parseDuration(formatDuration(seconds))).toBe(seconds);
    }),
    {seed: 2, numRuns: 1000},
  );
});

it("reads hours, minutes and seconds as their sum", () => {
  const part = fc.integer({min: 0, max: 9999});
  fc.assert(
    fc.property(part, part, part, (h, m, s) => {
      fc.pre(h + m + s > 0);
      expect(parseDuration(`${h}h${m}m${s}s`)).toBe(3600 * h + 60 * m + s);
    }),
    {seed: 3},
  );
});
