import {describe, expect, it} from "vitest";
import {aggregates} from "../../src/analysis/aggregates.js";
import {analyze} from "../../src/analysis/analyze.js";
import {compare} from "../../src/analysis/compare.js";
import {compareCurves} from "../../src/analysis/compareCurves.js";
import {DEFAULT_RATES} from "../../src/analysis/costOptions.js";
import {costTable} from "../../src/analysis/costTable.js";
import {participants} from "../../src/analysis/participants.js";
import {plan} from "../../src/analysis/plan.js";
import {scoreAtKTable} from "../../src/analysis/scoreAtKTable.js";
import {sensitivity} from "../../src/analysis/sensitivity.js";
import {type AnalysisOptions, DEFAULT_OPTIONS} from "../../src/analysis/settings.js";
import {DIFFERENCES, unusedWarnings, withoutUnused} from "../../src/analysis/unusedOptions.js";
import {readPrices} from "../../src/cost/readPrices.js";
import {attemptsOf, options, sourceOf} from "./stores.js";

const HOUR = 3600;

describe("options without a use", () => {
  it("go back to their defaults, and are named where they were asked for", () => {
    const asked: AnalysisOptions = {...DEFAULT_OPTIONS, intervalMethod: "m-out-of-n", resampleSize: 5, correctSelection: true, seed: 7};
    const {options: used, warnings} = withoutUnused(asked, DIFFERENCES);
    expect(used).toEqual({...DEFAULT_OPTIONS, seed: 7});
    expect(warnings.map(({message}) => message)).toEqual([
      "--interval-method m-out-of-n and --resample-size 5 are not used here: the intervals of differences are percentiles of their replicates",
      "--correct-selection is not used here: rebench analyze alone corrects for having picked an allocation",
    ]);
    expect(withoutUnused(DEFAULT_OPTIONS, DIFFERENCES)).toEqual({options: DEFAULT_OPTIONS, warnings: []});
    expect(unusedWarnings([], "of nothing")).toEqual([]);
  });
});

describe("settings", () => {
  const points = {budgets: [HOUR], alpha: 0.05, power: 0.8, permutations: 99};
  const money = {rates: DEFAULT_RATES, prices: readPrices(null)};
  const tables = {
    analyze: (source, own) => analyze(source, {...own, ...points}),
    "score-at-k": (source, own) => scoreAtKTable(source, {...own, ks: null, timeLimits: null}),
    aggregates: (source, own) => aggregates(source, {...own, ks: null, timeLimits: null, gamma: 1, thresholds: null}),
    participants: (source, own) => participants(source, {...own, tables: ["agent"], wageUsdPerHour: 1}),
    cost: (source, own) =>
      costTable(source, {...own, ...money, budgets: [HOUR], dollars: [], pricesFrom: "", unpriced: "skip", spend: "nominal"}),
    compare: (source, own) => compare(source, {...own, ...points, pair: ["A", "B"], point: {timeLimitSeconds: HOUR, k: 1}}),
    curves: (source, own) => compareCurves(source, {...own, a: "A", b: "B", budgets: [HOUR]}),
    sensitivity: (source, own) => sensitivity(source, {...own, ...points}),
    plan: (source, own) =>
      plan(source, {
        ...{...own, ...points, ...money},
        ...{pair: ["A", "B"], point: {timeLimitSeconds: HOUR, k: 1}, effect: null, optimal: false, check: null},
      }),
  } satisfies Record<
    string,
    (
      source: Awaited<ReturnType<typeof sourceOf>>,
      own: AnalysisOptions,
    ) => Promise<{settings: object; warnings: readonly {code: string; message: string}[]}>
  >;
  const attempts = [
    ...attemptsOf([0.2, 0.4, 0.9], {timeLimitSeconds: HOUR}),
    ...attemptsOf([0.1, 0.3, 0.5], {agent: "B", timeLimitSeconds: HOUR}),
  ];
  // The rules that a table follows, besides those behind every score.
  const scores = ["randomStreams", "aggregate", "environmentsCovered", "hiddenScores", "availability", "slices"];
  const RULES: Record<keyof typeof tables, readonly string[]> = {
    analyze: [...scores, "allocation", "people", "corrected", "correctSelection"],
    "score-at-k": scores,
    aggregates: scores,
    participants: [],
    cost: [...scores, "allocation", "people"],
    compare: scores,
    curves: [...scores, "people"],
    sensitivity: [...scores, "people"],
    plan: scores,
  };
  const all = [...new Set(Object.values(RULES).flat())];

  it.each(Object.entries(tables))("of %s claim the choices that were made, and no others", async (name, table) => {
    const {settings} = await table(await sourceOf(attempts), options({bootstrap: 20}));
    expect(all.filter((rule) => rule in settings).sort()).toEqual([...RULES[name as keyof typeof tables]].sort());
    expect("resampling" in settings).toBe(name !== "participants");
  });

  // What each table says of options that it has no use for.
  it.each([
    ["aggregates", {resample: "people", allowSlices: "all"}, ["--resample people", "--allow-slices all"]],
    ["score-at-k", {correctSelection: true}, ["--correct-selection"]],
    ["cost", {correctSelection: true}, ["--correct-selection"]],
    ["compare", {intervalMethod: "normal"}, ["--interval-method normal"]],
    ["curves", {intervalMethod: "bca", common: true}, ["--interval-method bca", "--common"]],
    ["sensitivity", {intervalMethod: "bca"}, ["--interval-method bca"]],
    ["plan", {resample: "environments", threads: 2, common: true}, ["--resample environments", "--common", "--threads 2"]],
  ] as const)("of %s do not repeat %j, and a warning says so", async (name, asked, flags) => {
    const source = await sourceOf(attempts);
    const [usual, found] = [
      await tables[name](source, options({bootstrap: 20})),
      await tables[name](source, options({bootstrap: 20, ...asked})),
    ];
    expect(found.settings).toEqual(usual.settings);
    const said = found.warnings.filter(({code}) => code === "option-unused").map(({message}) => message);
    expect(said.map((message) => message.replace(/ (is|are) not used here: .*/, ""))).toEqual(flags);
  });

  it("name the streams of each way to resample", async () => {
    const source = await sourceOf(attempts);
    const streams = await Promise.all(
      (["attempts", "environments", "people"] as const).map(async (resample) => {
        const {settings} = await tables["score-at-k"](source, options({bootstrap: 20, resample}));
        return settings.randomStreams;
      }),
    );
    expect(streams[1]).toContain('"environments"');
    expect(streams[2]).toContain('"people"');
    expect(new Set(streams).size).toBe(3);
  });
});
