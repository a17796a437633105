import {readFileSync} from "node:fs";
import {describe, expect, it} from "vitest";
import type {CoverageRow, Study} from "../../src/calibration/results.js";
import type {Part} from "../../src/score/aggregate.js";
import {isCalibrated} from "../../src/score/calibration.js";
import type {IntervalMethod} from "../../src/score/interval.js";
import type {ResamplingScheme} from "../../src/score/resample/job.js";
import type {Estimator} from "../../src/score/scoreAtK.js";

// The rule is held against the tracked study: reports/calibration/results.json, written by npm run calibration.
const study = JSON.parse(readFileSync(new URL("../../reports/calibration/results.json", import.meta.url), "utf8")) as Study;

const partsOf = (n: number, k: number): Part[] =>
  Array.from({length: 7}, (_, e) => ({environment: `e${e}`, combine: "best", scores: Array<number>(n).fill(0), k}));
const saysCalibrated = ({n, k, method, scheme, estimator}: CoverageRow) =>
  isCalibrated(partsOf(n, k), {method: method as IntervalMethod, scheme: scheme as ResamplingScheme, estimator: estimator as Estimator});
const made = ({covered, above, below}: CoverageRow) => covered + above + below;
const share = (row: CoverageRow) => row.covered / made(row);

describe("the study", () => {
  it("has 2,000 data sets for each n, k, scheme and method", () => {
    expect(study.dataSets).toBe(2000);
    for (const row of study.rows) expect(made(row) + row.undefined).toBe(2000);
    for (const n of [8, 16, 35, 100, 200]) {
      const ks = study.rows.filter((row) => row.population === "sample" && row.n === n && row.method === "percentile").map(({k}) => k);
      expect(Math.max(...ks)).toBe(n);
    }
    const kinds = new Set(study.rows.map(({scheme, method}) => `${scheme} ${method}`));
    for (const scheme of ["attempts", "environments", "people"]) {
      for (const method of ["percentile", "bca", "studentized"]) expect(kinds).toContain(`${scheme} ${method}`);
    }
    expect(kinds).toContain("attempts normal");
    expect(kinds).toContain("attempts m-out-of-n");
  });

  it("on the sample model has studentized intervals that cover 92 to 97 % for n ≥ 16 and k ≤ n/8", () => {
    const rows = study.rows.filter(
      (row) => row.population === "sample" && row.method === "studentized" && row.n >= 16 && row.k <= row.n / 8,
    );
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) {
      expect([row.n, row.k, share(row) >= 0.92 && share(row) <= 0.97]).toEqual([row.n, row.k, true]);
    }
  });
});

describe("the rule", () => {
  const isDefault = ({scheme, estimator, method}: CoverageRow) =>
    scheme === "attempts" && estimator === "without-replacement" && method === "percentile";

  it("says nothing against default intervals of the sample model that cover less than 92 % only where it warns", () => {
    const rows = study.rows.filter((row) => row.population === "sample" && isDefault(row));
    const silent = rows.filter(saysCalibrated);
    expect(silent.length).toBeGreaterThan(5);
    expect(silent.length).toBeLessThan(rows.length);
    for (const row of silent) expect([row.n, row.k, share(row) >= 0.92]).toEqual([row.n, row.k, true]);
  });

  it("does not warn at k = 1 with n ≥ 100", () => {
    for (const n of [100, 200, 5000]) {
      expect(isCalibrated(partsOf(n, 1), {method: "percentile", scheme: "attempts", estimator: "without-replacement"})).toBe(true);
    }
  });

  it("holds for every kind of interval on the population it is about", () => {
    const home: Record<string, string[]> = {attempts: ["sample"], environments: ["environments"], people: ["people", "close-people"]};
    const silent = study.rows.filter((row) => home[row.scheme]!.includes(row.population) && made(row) > 0 && saysCalibrated(row));
    for (const row of silent) {
      const what = [row.population, row.scheme, row.estimator, row.method, row.n, row.k];
      expect([...what, share(row) >= 0.92]).toEqual([...what, true]);
    }
  });
});
