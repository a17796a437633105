import fc from "fast-check";
import {expect, it} from "vitest";
import {normalCdf, normalQuantile} from "../../src/stats/normalDistribution.js";

it("agrees with scipy.stats.norm", () => {
  // python3 -c "from scipy.stats import norm; [print(z, norm.cdf(z)) for z in (-9, -6.5, …)]"
  const cdf = [
    [-9, 1.1285884059538324e-19],
    [-6.5, 4.016000583859088e-11],
    [-3, 0.0013498980316300933],
    [-1.2, 0.11506967022170822],
    [-1, 0.15865525393145707],
    [-0.5, 0.3085375387259869],
    [0, 0.5],
    [0.3, 0.6179114221889526],
    [1.96, 0.9750021048517795],
    [7, 0.9999999999987201],
  ] as const;
  for (const [z, p] of cdf) expect(normalCdf(z) / p).toBeCloseTo(1, 12);
  const quantiles = [
    [1e-300, -37.0470962993612],
    [1e-12, -7.034483825301131],
    [0.0001, -3.7190164854556804],
    [0.001, -3.090232306167813],
    [0.0215, -2.0237099909349667],
    [0.025, -1.9599639845400545],
    [0.3, -0.5244005127080409],
    [0.9, 1.2815515655446004],
    [0.975, 1.959963984540054],
    [0.999999999, 5.997807019601637],
  ] as const;
  for (const [p, z] of quantiles) expect(normalQuantile(p) / z).toBeCloseTo(1, 8);
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 13);
});

it("quantile undoes the distribution function, which only grows and is symmetric", () => {
  fc.assert(
    fc.property(fc.double({min: 1e-12, max: 1 - 1e-12, noNaN: true}), (p) => {
      const z = normalQuantile(p);
      expect(normalCdf(z)).toBeCloseTo(p, 13);
      expect(normalCdf(-z)).toBeCloseTo(1 - p, 13);
      expect(normalCdf(z + 1e-3)).toBeGreaterThanOrEqual(normalCdf(z));
    }),
  );
});

it("ends at infinity, and is undefined outside", () => {
  expect([normalQuantile(0), normalQuantile(1)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  for (const p of [-0.1, 1.1, Number.NaN]) expect(() => normalQuantile(p)).toThrow("not defined");
});
