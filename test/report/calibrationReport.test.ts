import {readFileSync} from "node:fs";
import {beforeAll, describe, expect, it} from "vitest";
import type {Source} from "../../src/analysis/context.js";
import {sampleFile} from "../../src/assets.js";
import {resultsText, type Study} from "../../src/calibration/results.js";
import {readPrices} from "../../src/cost/readPrices.js";
import {sha256Of} from "../../src/render/provenance/digestRows.js";
import {renderFigure} from "../../src/render/renderFigure.js";
import {FIGURES, figureNamed} from "../../src/report/catalogue.js";
import type {ReportContent, TableBlock} from "../../src/report/content.js";
import {DEFAULT_DRAW} from "../../src/report/drawOptions.js";
import {defaultFigureOptions} from "../../src/report/figureOptions.js";
import {figureMaker, type MadeFigure} from "../../src/report/makeFigures.js";
import {readReport} from "../../src/report/readReport.js";
import {readStudy} from "../../src/report/readStudy.js";
import {subjectOf} from "../../src/report/reportSubject.js";
import {verifyFile} from "../../src/report/verifyFile.js";
import {isCalibrated} from "../../src/score/calibration.js";
import type {IntervalMethod} from "../../src/score/interval.js";
import type {ResamplingScheme} from "../../src/score/resample/job.js";
import type {Estimator} from "../../src/score/scoreAtK.js";
import {sourceOfFiles} from "../analysis/stores.js";
import {workshop} from "../store/workshop.js";
import {contentOf, reportFrom, rowsOf, tableIn, valuesIn} from "./reports.js";

const shop = workshop();
const file = (name: string) => readFileSync(new URL(`../../reports/calibration/${name}`, import.meta.url), "utf8");
const study = JSON.parse(file("results.json")) as Study;
const names = FIGURES.map(({name}) => name);
const studyFigures = FIGURES.filter(({about}) => about === "coverage-study");

let source: Source;
let content: ReportContent;
beforeAll(async () => {
  source = await sourceOfFiles([sampleFile]);
  content = await contentOf(readReport("calibration", {figureNames: names}), source);
}, 120_000);

describe("the report on the coverage study", () => {
  it("quotes what the counts say", () => {
    const values = valuesIn(content);
    const cell = (population: string, method: string, n: number, k: number) =>
      study.rows.find(
        (row) =>
          row.population === population &&
          row.method === method &&
          row.n === n &&
          row.k === k &&
          row.scheme === "attempts" &&
          row.estimator === "without-replacement",
      )!;
    // of results.json by hand: covered of dataSets − undefined
    expect(cell("sample", "percentile", 35, 1)).toMatchObject({covered: 1875, undefined: 0, dataSets: 2000});
    expect(values.get("percentileN35K1")).toMatchObject({value: 1875 / 2000, text: "93.8 %", note: null});
    expect(cell("sample", "percentile", 8, 8)).toMatchObject({covered: 1198, undefined: 0, dataSets: 2000});
    expect(values.get("percentileN8K8")).toMatchObject({value: 1198 / 2000, text: "59.9 %", note: null});
    const zeros = cell("zeros", "studentized", 16, 1);
    expect(values.get("zerosMissing")!.value).toBe(zeros.undefined / 2000);
    expect(zeros.undefined).toBeGreaterThan(0);
    expect(values.get("bcaMissingN35K35")!.text).toBe("100 %");
    expect(values.get("dataSets")!.text).toBe("2,000");
    expect(values.get("error")!.text).toBe("0.5"); // 100 √(0.95 · 0.05 / 2000) = 0.487
    expect(["percentileFrom", "percentilePerK", "studentizedFrom", "studentizedPerK"].map((name) => values.get(name)!.value)).toEqual([
      35, 24, 16, 8,
    ]);
  });

  it("quotes the extremes of what the rule lets stand", () => {
    const within = study.rows.filter(
      ({population, scheme, estimator, method, n, k}) =>
        population === "zeros" &&
        scheme === "attempts" &&
        estimator === "without-replacement" &&
        method === "percentile" &&
        n >= 35 &&
        (k === 1 || k <= n / 24),
    );
    expect(within.length).toBe(8);
    expect(valuesIn(content).get("percentileLeastZeros")!.value).toBe(
      Math.min(...within.map(({covered, undefined: missing}) => covered / (2000 - missing))),
    );
  });

  it("has no value that is missing", () => {
    const values = [...valuesIn(content).values()];
    expect(values.length).toBeGreaterThan(35);
    expect(values.filter(({value}) => value === null)).toEqual([]);
  });

  it("is about the study and no attempts: none are named, none warned of, methods are those of the study", () => {
    expect(content.data).toMatchObject({attempts: 0, isSynthetic: false, text: expect.stringMatching(/1,164 cells of 2,000/)});
    expect(content.warnings).toEqual([]);
    const choices = rowsOf(tableIn(content, "methods")).map(({choice, value}) => `${choice}: ${value}`);
    expect(choices).toEqual(expect.arrayContaining(["seed: 1", "replicates: 500", "level: 0.95", "data sets: 2000"]));
    expect(JSON.stringify(content)).not.toContain("estimator:");
  });
});

/** Every cell of a table of ours as coverage.md has it, by what tells it apart. */
function cellsIn({columns, rows}: TableBlock, population: string): [string, string][] {
  return rows.flatMap((row) => {
    const [scheme, interval, n] = row.map(({text}) => text);
    return row.slice(3).flatMap(({text}, i): [string, string][] => {
      const key = [population, scheme, interval!.replace("BCa", "bca"), n, columns[i + 3]!.title].join(" ");
      return text === "" ? [] : [[key, text.replace("~", "")]];
    });
  });
}

describe("its tables", () => {
  const populations = ["sample", "light", "heavy", "zeros", "environments", "people", "close-people"];

  it("have each cell of the study, with what its counts give", () => {
    const found = new Map(populations.flatMap((name) => cellsIn(tableIn(content, `coverage-${name}`), name)));
    const expected = new Map(
      study.rows.map((row) => {
        const name = row.estimator === "with-replacement" ? `${row.method}, with replacement` : row.method;
        const made = row.dataSets - row.undefined;
        const missing = row.undefined === 0 ? "" : ` (${Math.ceil((100 * row.undefined) / row.dataSets)})`;
        const text = made === 0 ? "–" : ((100 * row.covered) / made).toFixed(1);
        return [`${row.population} ${row.scheme} ${name} ${row.n} k = ${row.k}`, text + missing];
      }),
    );
    expect(expected.size).toBe(study.rows.length);
    expect(found).toEqual(expected);
  });

  it("mark those cells that tables of scores mark", () => {
    for (const {population, scheme, estimator, method, n, k, ...row} of study.rows) {
      const parts = Array.from({length: 7}, (_, e) => ({
        environment: `e${e}`,
        combine: "best" as const,
        scores: Array<number>(n).fill(0),
        k,
      }));
      const kind = {scheme: scheme as ResamplingScheme, estimator: estimator as Estimator, method: method as IntervalMethod};
      if (row.covered + row.above + row.below === 0) continue;
      const {columns, rows} = tableIn(content, `coverage-${population}`);
      const name = `${method === "bca" ? "BCa" : method}${estimator === "with-replacement" ? ", with replacement" : ""}`;
      const line = rows.find(([a, b, c]) => a!.text === scheme && b!.text === name && c!.value === n)!;
      const {text} = line[columns.findIndex(({title}) => title === `k = ${k}`)]!;
      expect(`${name} ${n} ${k} ${text.includes("~")}`).toBe(`${name} ${n} ${k} ${!isCalibrated(parts, kind)}`);
    }
  });

  it("say for each kind of interval the least coverage within its rule", () => {
    const rules = rowsOf(tableIn(content, "coverage-rules"));
    expect(rules.length).toBe(12);
    const light = study.rows.filter(
      ({population, method, n, k}) => population === "light" && method === "studentized" && n >= 16 && (k === 1 || k <= n / 8),
    );
    const rule = rules.find(({interval, resampled}) => interval === "studentized" && resampled === "attempts")!;
    expect(rule).toMatchObject({leastAttempts: 16, attemptsPerK: 1 / 8, where: "Light tails"});
    expect(rule.hardest).toBe(Math.min(...light.map(({covered}) => covered / 2000)));
    expect(rules.find(({interval}) => interval === "m-out-of-n")).toMatchObject({leastAttempts: null, hardest: null, cells: 0});
  });
});

describe("what a report says of the study", () => {
  const coverage = {analysis: "coverage", field: "coverage"};
  const where = {population: "sample", scheme: "attempts", estimator: "without-replacement", method: "percentile"};
  const failing = (spec: object) => () => reportFrom({values: {v: {...coverage, ...spec}}}, "{v}");

  it("needs all that cells differ in, or asks several at once", () => {
    expect(failing({...where, n: 35})).toThrow(/not a field of coverage; did you mean/);
    expect(failing({...where, n: 35, k: 1, field: "cells"})).toThrow(/not a field of coverage of a cell/);
    expect(failing({...where, method: "percentil"})).toThrow(/values.v.method/);
    expect(failing({...where, population: "heavier"})).toThrow(/values.v.population.*heavy/);
  });

  it("is missing with a reason where there is no cell, no interval, or no one rule", async () => {
    const values = {
      none: {...coverage, ...where, n: 9, k: 1},
      empty: {...coverage, ...where, method: "bca", n: 35, k: 35},
      two: {analysis: "coverage", field: "leastAttempts"},
      never: {analysis: "coverage", field: "leastAttempts", method: "m-out-of-n"},
    };
    const made = await contentOf(reportFrom({values}, "{none} {empty} {two} {never}"), source);
    const shown = [...valuesIn(made).values()];
    expect(shown.map(({value, text, note}) => ({value, text, note}))).toEqual([1, 2, 3, 4].map((note) => ({value: null, text: "–", note})));
    expect(made.notes).toEqual([
      "the coverage study has no such cell",
      "no data set has an interval there",
      "several kinds of intervals have several rules",
      "intervals of this kind are always marked",
    ]);
  });

  it("is the subject only where nothing else is", () => {
    const values = {v: {...coverage, ...where, n: 35, k: 1}, attempts: {analysis: "attempts", field: "attempts"}};
    expect(subjectOf(reportFrom({values}, "{v}"))).toBe("coverage-study");
    expect(subjectOf(reportFrom({values}, "{v} {attempts}"))).toBe("attempts");
    expect(subjectOf(reportFrom({}, "Nothing."))).toBe("attempts");
    expect(subjectOf(readReport("overview", {figureNames: names}))).toBe("attempts");
  });
});

describe("its figures", () => {
  const make = async (name: string): Promise<MadeFigure> => {
    const made = await (await figureMaker(source, defaultFigureOptions(readPrices(null)), DEFAULT_DRAW))(figureNamed(name));
    return "reason" in made ? expect.fail(made.reason) : made;
  };

  it("draw each row as its counts say", async () => {
    for (const {name} of studyFigures) {
      const {rows} = await make(name);
      for (const row of rows) {
        const count = study.rows.find((each) =>
          (["population", "scheme", "estimator", "method", "n", "k"] as const).every((field) => each[field] === row[field]),
        )!;
        expect(row.coverage).toBe(count.undefined === count.dataSets ? null : count.covered / (count.dataSets - count.undefined));
      }
    }
  });

  it("are made of no attempts and no options, and follow in any store", async () => {
    const now = defaultFigureOptions(readPrices(null));
    for (const {name} of studyFigures) {
      const made = await make(name);
      const {attempts, options, seed} = made.provenance;
      // sha256sum < /dev/null
      const nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
      expect({attempts, options, seed}).toEqual({attempts: {count: 0, sha256: nothing}, options: {}, seed: study.seed});
      const svg = (await renderFigure({...made, name}, ["svg"], "linux-x64")).files.get("svg")!;
      const here = {toolVersion: source.toolVersion, platform: "linux-x64"};
      expect(await verifyFile(source, `${name}.svg`, svg, now, here)).toMatchObject({verdict: "follows", reasons: []});
      const [first, ...others] = made.rows;
      const changed = {...made.provenance, rows: {...made.provenance.rows, sha256: sha256Of([{...first, coverage: 0.5}, ...others])}};
      const forged = (await renderFigure({...made, name, provenance: changed}, ["svg"], "linux-x64")).files.get("svg")!;
      expect(await verifyFile(source, `${name}.svg`, forged, now, here)).toMatchObject({verdict: "differs"});
    }
  });

  it("do not say that attempts are synthetic", async () => {
    for (const {name} of studyFigures) expect(JSON.stringify((await make(name)).spec)).not.toContain("ynthetic");
  });
});

describe("results.json", () => {
  it("is read as npm run calibration writes it", () => {
    expect(resultsText(study)).toBe(file("results.json"));
    const {rows, settings} = readStudy();
    expect(rows.length).toBe(study.rows.length);
    expect(settings).toMatchObject({seed: study.seed, replicates: study.replicates, level: study.level, dataSets: study.dataSets});
  });

  it("must be there and add up", () => {
    expect(() => readStudy(shop.path("none.json"))).toThrow(/there is no such file\n.*npm run calibration/);
    const [first, ...rows] = study.rows;
    shop.write("odd.json", JSON.stringify({...study, rows: [{...first, covered: first!.covered + 1}, ...rows]}));
    expect(() => readStudy(shop.path("odd.json"))).toThrow(/rows\.0: its counts do not add up/);
    shop.write("broken.json", "{");
    expect(() => readStudy(shop.path("broken.json"))).toThrow(/cannot read the coverage study in/);
  });
});
