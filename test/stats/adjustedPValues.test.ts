import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {benjaminiHochberg} from "../../src/stats/benjaminiHochberg.js";
import {holm} from "../../src/stats/holm.js";
import {reference} from "./compareFixture.js";

const close = (found: number[], expected: number[]) => {
  expect(found.length).toBe(expected.length);
  found.forEach((p, i) => {
    expect(p).toBeCloseTo(expected[i]!, 11);
  });
};

describe.each(reference.adjusted)("of $ps", ({ps, ...expected}) => {
  it("Holm's are those of closed testing", () => close(holm(ps), expected.holm));
  it("Benjamini and Hochberg's are those of the step-up rule, and scipy's", () => close(benjaminiHochberg(ps), expected.benjaminiHochberg));
});

it.each([
  ["Holm's", holm],
  ["Benjamini and Hochberg's", benjaminiHochberg],
])("%s adjusted p values keep their order, are never below p and never above 1", (_, adjust) => {
  const some = fc.array(fc.double({min: 0, max: 1, noNaN: true}), {maxLength: 30});
  fc.assert(
    fc.property(some, (ps) => {
      const adjusted = adjust(ps);
      for (const [i, p] of ps.entries()) {
        expect(adjusted[i]).toBeGreaterThanOrEqual(p);
        expect(adjusted[i]).toBeLessThanOrEqual(1);
        for (const [j, other] of ps.entries()) if (p <= other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]!);
      }
      expect(adjust([...ps].reverse())).toEqual([...adjusted].reverse());
    }),
  );
  expect(adjust([])).toEqual([]);
  expect(adjust([0.03])).toEqual([0.03]);
  expect(() => adjust([0.1, 1.5])).toThrow("1.5 is no p value");
  expect(() => adjust([Number.NaN])).toThrow("NaN is no p value");
});

it("Holm is never below Benjamini and Hochberg", () => {
  fc.assert(
    fc.property(fc.array(fc.double({min: 0, max: 1, noNaN: true}), {maxLength: 30}), (ps) => {
      const [strict, lenient] = [holm(ps), benjaminiHochberg(ps)];
      for (const i of ps.keys()) expect(strict[i]! + 1e-12).toBeGreaterThanOrEqual(lenient[i]!);
    }),
  );
});
