import {describe, expect, it} from "vitest";
import {analyze} from "../../src/analysis/analyze.js";
import {allocationLabel} from "../../src/analysis/budgetRow.js";
import {type Flip, flipsOf} from "../../src/analysis/flips.js";
import type {Difference, Headline} from "../../src/analysis/headlines.js";
import {BASE, type Sensitivity, type SensitivityOptions, type SensitivityRow, sensitivity} from "../../src/analysis/sensitivity.js";
import type {AnalysisOptions} from "../../src/analysis/settings.js";
import {randomStream} from "../../src/random.js";
import type {AttemptInput} from "../../src/record/attempt.js";
import {attempt, attemptsOf, logged, options, PERSON, sourceOf} from "./stores.js";

const HOUR = 3600;
const SEVEN = [
  "fix_embedding",
  "gpt2_qa_rl",
  "optimize_kernel",
  "optimize_llm_foundry",
  "restricted_mlm",
  "rust_codecontests",
  "scaling_law",
];

/** Two attempts of 30 minutes in each environment, 0.1 below and above these scores. */
const around = (agent: string, scores: readonly number[], fields: Partial<AttemptInput> = {}) =>
  scores.flatMap((score, i) => attemptsOf([score - 0.1, score + 0.1], {agent, environment: SEVEN[i]!, ...fields}));

const varied = async (attempts: readonly AttemptInput[], changes: Partial<SensitivityOptions> = {}) =>
  sensitivity(await sourceOf(attempts), {...options({bootstrap: 0}), budgets: [HOUR / 2], ...changes});

const rowOf = ({rows}: Sensitivity, variation: string): SensitivityRow => rows.find((row) => row.variation === variation)!;
const flipped = ({rows}: Sensitivity) => rows.filter(({flips}) => flips.length > 0).map(({variation, flips}) => [variation, flips]);

describe("where nothing can be concluded", () => {
  it("nothing is said to hold", async () => {
    const {conclusions} = await varied(around("A", [0.3, 0.4]));
    expect(conclusions).toEqual([
      "There is no conclusion to flip: at no budget do two participants have a score over the same environments.",
    ]);
  });

  it("leads without an interval are said to be that", async () => {
    const {conclusions} = await varied([...around("A", [0.9, 0.9, 0.9]), ...around("B", [0.3, 0.3, 0.3])]);
    expect(conclusions[0]).toMatch(/^Nobody else leads at any budget under any of the \d+ variations; one lead has no interval/);
  });
});

describe("the leader", () => {
  it("changes where one environment carries the lead", async () => {
    const result = await varied([...around("A", [3, 0.3, 0.3]), ...around("B", [0.5, 0.5, 0.5])]);
    expect(rowOf(result, BASE)).toMatchObject({leader: "A", lead: {first: "A", second: "B", difference: expect.closeTo(0.7, 12)}});
    expect(rowOf(result, "without fix_embedding")).toMatchObject({
      leader: "B",
      lead: {first: "B", second: "A", difference: expect.closeTo(0.2, 12)},
      environments: ["gpt2_qa_rl", "optimize_kernel"],
    });
    expect(flipped(result)).toEqual([["without fix_embedding", ["leader"]]]);
    expect(result.conclusions).toEqual(["At 30m the leader is not A: without fix_embedding (B)."]);
  });

  it("changes nowhere, and that is said", async () => {
    const result = await varied([...around("A", [2, 2, 2]), ...around("B", [0.5, 0.5, 0.5])], {bootstrap: 100});
    const others = result.rows.filter(({kind}) => kind !== "base");
    expect([flipped(result), new Set(others.map(({leader}) => leader))]).toEqual([[], new Set(["A"])]);
    expect(result.conclusions).toEqual([
      `No conclusion flips under any of the ${others.length} variations: nobody else leads, and no interval of a difference begins or ceases to hold 0.`,
    ]);
  });

  it("changes with what becomes of flagged attempts, those that the analysis leaves out included", async () => {
    const flagged = attempt({finalScore: 4, flags: [{flag: "suspect"}]});
    const attempts = [...attemptsOf([0.2, 0.2]), flagged, ...attemptsOf([0.5, 0.5], {agent: "B"})];
    const result = await varied(attempts);
    expect(flipped(result)).toEqual([
      ["suspect=exclude", ["leader"]],
      ["suspect=zero", ["leader"]],
    ]);
    expect(rowOf(result, "suspect=exclude").lead).toMatchObject({first: "B", second: "A", difference: expect.closeTo(0.3, 12)});
    expect(rowOf(result, "suspect=zero").lead.difference).toBeCloseTo(0.5 - 0.4 / 3, 12);
    const excluded = await varied(attempts, {flagged: {suspect: "exclude"}});
    expect(flipped(excluded)).toEqual([["suspect=keep", ["leader"]]]);
    expect(excluded.rows.map(({variation}) => variation)).toContain("suspect=zero");
  });

  it("is nobody where the best are equal", async () => {
    const result = await varied([...around("A", [1, 0.2]), ...around("B", [0.2, 1])]);
    expect(rowOf(result, BASE)).toMatchObject({leader: null, lead: {difference: 0}});
    expect(flipped(result)).toEqual([
      ["without fix_embedding", ["leader"]],
      ["without gpt2_qa_rl", ["leader"]],
    ]);
    expect(result.conclusions).toEqual(["At 30m the leader is not shared any more: without fix_embedding (B), without gpt2_qa_rl (A)."]);
  });
});

describe("each variation", () => {
  /** Raw scores on both sides of 0, a flag, score logs with pauses, people, and an environment with two sets of constants. */
  function mixedStore(): AttemptInput[] {
    const random = randomStream("mixed");
    const pauses = [{atWorkingSeconds: 0.2 * HOUR, seconds: HOUR, reason: "break"}];
    const raw = (fields: Partial<AttemptInput> & {agent?: string}, from: number, to: number, n: number) =>
      Array.from({length: n}, () => {
        const score = from + (to - from) * random.uniform();
        const scoreLog = [
          {workingSeconds: 0.1 * HOUR, score: from},
          {workingSeconds: 0.4 * HOUR, score},
        ];
        const flags = random.uniform() < 0.2 ? [{flag: "odd"}] : [];
        return attempt({scoreScale: "raw", finalScore: score, finalScoreRule: "best", scoreLog, pauses, flags, ...fields});
      });
    const ranges: [environment: string, from: number, to: number][] = [
      ["gpt2_qa_rl", 0.4, 0.9],
      ["rust_codecontests", 0, 0.2],
      ["optimize_kernel", 1.8, 0.6],
      ["fix_embedding", 2.4, 0.5],
    ];
    return ranges.flatMap(([environment, from, to]) => [
      ...raw({environment}, from, to, 6),
      ...raw({environment, agent: "B", timeLimitSeconds: HOUR}, from, to, 5),
      ...raw({environment, participant: PERSON, timeLimitSeconds: 8 * HOUR}, from, to, 4),
    ]);
  }
  const budgets = [HOUR / 4, HOUR, 8 * HOUR];
  const asked: SensitivityOptions = {...options({bootstrap: 60}), budgets};
  const bare = ({flips: _, kind: __, variation: ___, ...headline}: SensitivityRow): Headline => headline;

  it("is what the analysis says when it is asked for that way", async () => {
    const source = await sourceOf(mixedStore());
    const result = await sensitivity(source, asked);
    const changes: Record<string, Partial<AnalysisOptions>> = {
      "without gpt2_qa_rl": {environments: ["rust_codecontests", "optimize_kernel", "fix_embedding"]},
      "odd=exclude": {flagged: {...asked.flagged, odd: "exclude"}},
      "odd=zero": {flagged: {...asked.flagged, odd: "zero"}},
      "no floor": {floor: false},
      "with replacement": {estimator: "with-replacement"},
      "wall clock": {clock: "wall"},
      "gpt2_qa_rl=metr-2025": {constants: {gpt2_qa_rl: "metr-2025"}},
    };
    for (const [variation, change] of Object.entries(changes)) {
      const own = result.rows.filter((row) => row.variation === variation).map(bare);
      const base = (await sensitivity(source, {...asked, ...change})).rows.filter(({kind}) => kind === "base").map(bare);
      expect(own).toEqual(base);
      expect(own).not.toEqual(result.rows.filter(({kind}) => kind === "base").map(bare)); // it does something
    }
    const names = [...new Set(result.rows.map(({variation}) => variation))];
    const without = ["fix_embedding", "gpt2_qa_rl", "optimize_kernel", "rust_codecontests"].map((name) => `without ${name}`);
    expect(names.sort()).toEqual([BASE, ...new Set([...without, ...Object.keys(changes), "interquartile mean"])].sort());
    expect(result.notApplied).toEqual([]);
  });

  it("has an inverse: asked without the floor, or on the wall clock, the variation is the usual way", async () => {
    const source = await sourceOf(mixedStore());
    const base = (await sensitivity(source, asked)).rows.filter(({kind}) => kind === "base").map(bare);
    for (const [change, variation] of [
      [{floor: false}, "floor at 0"],
      [{clock: "wall"}, "working clock"],
      [{estimator: "with-replacement"}, "without replacement"],
      [{constants: {ai_rd_nanogpt_chat_rl: "metr-2025"}}, "gpt2_qa_rl=paper"],
    ] as const) {
      const {rows} = await sensitivity(source, {...asked, ...change});
      expect(rows.filter((row) => row.variation === variation).map(bare)).toEqual(base);
    }
  });

  it("starts from the scores and allocations that analyze finds", async () => {
    const source = await sourceOf(mixedStore());
    const {budgets: analyzed} = await analyze(source, {...asked, bootstrap: 0});
    const {rows} = await sensitivity(source, {...asked, bootstrap: 0});
    const base = rows.filter(({kind}) => kind === "base");
    const found = base.flatMap(({scores}, i) => scores.map(({agent, score}) => [budgets[i], agent, score]));
    const expected = budgets.flatMap((budget) =>
      analyzed.filter(({timeBudgetSeconds}) => timeBudgetSeconds === budget).map(({agent, score}) => [budget, agent, score]),
    );
    expect(found).toEqual(expected);
    const allocations = base[1]!.scores.map(({allocation}) => allocation);
    expect(allocations).toEqual(["30m@2", allocationLabel({timeLimitSeconds: HOUR, k: 1}), "1h@1 of 8h"]);
  });

  it("of the mean over environments leaves out a quarter of them at each end", async () => {
    // without the lowest and the highest of each: A (0.4 + 0.6) / 2, B (0.7 + 0.7) / 2; the means are 2.775 and 0.7
    const attempts = [...around("A", [0.1, 0.4, 0.6, 10]), ...around("B", [0.7, 0.7, 0.7, 0.7])];
    const result = await varied(attempts);
    expect(rowOf(result, BASE).lead).toMatchObject({first: "A", difference: expect.closeTo(2.775 - 0.7, 12)});
    expect(rowOf(result, "interquartile mean").lead).toMatchObject({first: "B", difference: expect.closeTo(0.2, 12)});
  });

  it("of the mean over environments has the interval of its own replicates", async () => {
    // A's middle two never vary, whatever happens at the ends; B varies by ±0.1 in both
    const steady = SEVEN.slice(0, 4).flatMap((environment, i) => attemptsOf([i, i, i, i], {environment}));
    const attempts = [...steady, ...around("B", [0, 1, 1, 2])];
    const result = await varied(attempts, {bootstrap: 400, interval: 0.99});
    const {lead} = rowOf(result, "interquartile mean");
    expect(lead).toMatchObject({first: "A", second: "B", difference: expect.closeTo(0.5, 12)});
    expect([lead.low, lead.high]).toEqual([expect.closeTo(0.4, 12), expect.closeTo(0.6, 12)]);
  });
});

describe("what these data do not allow", () => {
  it("is listed with its reason", async () => {
    const {notApplied, rows} = await varied(attemptsOf([0.2, 0.4]).concat(attemptsOf([0.1, 0.3], {agent: "B"})));
    expect(notApplied).toEqual([
      {variation: "an environment left out", reason: "there is one environment only"},
      {variation: "flagged attempts kept, excluded or zero", reason: "no attempt of the selection is flagged"},
      {variation: "interquartile mean", reason: "with fewer than four environments nothing is cut off: it is the mean"},
      {variation: "wall clock", reason: "no attempt of the selection has its pauses recorded"},
      {variation: "other constants", reason: "no environment of the selection has more than one set of them"},
      {
        variation: "no floor",
        reason: "--no-floor: the scores of 4 attempts are stored normalized, and a floor their source applied cannot be undone",
      },
    ]);
    expect(rows.map(({variation}) => variation)).toEqual([BASE, "with replacement"]);
  });

  it("includes constants for scores stored normalized with unknown ones, and an interquartile mean of people resampled", async () => {
    const people = around("human", [1, 1, 1, 1], {participant: PERSON, timeLimitSeconds: 8 * HOUR});
    const {notApplied} = await varied(people, {budgets: [8 * HOUR], resample: "people", bootstrap: 0});
    expect(notApplied).toContainEqual({
      variation: "gpt2_qa_rl=paper",
      reason:
        "--constants gpt2_qa_rl=paper: the scores from attempts.jsonl are stored normalized, and the constants they were normalized with are not known",
    });
    expect(notApplied).toContainEqual({
      variation: "interquartile mean",
      reason: "--resample people draws for the mean over environments alone",
    });
  });

  it("says what a floor of some sources hides where others have none", async () => {
    const stored = attemptsOf([-0.5, 0.5], {environment: "gpt2_qa_rl"}); // stored normalized, and not floored
    const {warnings, notApplied, rows} = await varied([...stored, ...attemptsOf([0.2, 0.2], {agent: "B", environment: "gpt2_qa_rl"})]);
    expect(notApplied.map(({variation}) => variation)).not.toContain("no floor");
    expect(rows.find(({variation}) => variation === "no floor")!.scores[0]).toMatchObject({agent: "A", score: 0});
    expect(warnings).toMatchObject([
      {code: "already-floored", message: expect.stringMatching(/^no floor: --no-floor: the scores of 4 attempts/)},
    ]);
  });

  it("includes a breakdown, and intervals other than percentiles", async () => {
    await expect(varied(attemptsOf([1]), {by: "environment"})).rejects.toMatchObject({code: "usage"});
    const {warnings} = await varied(attemptsOf([1]), {intervalMethod: "studentized"});
    expect(warnings).toMatchObject([{code: "option-unused"}]);
  });
});

describe("who is compared", () => {
  const wide = [...around("A", [1, 1, 1]), ...around("B", [0.5, 0.5, 0.5])];

  it("covers the environments that the widest has: nobody leads over fewer", async () => {
    const result = await varied([...wide, ...around("C", [9])]);
    const base = rowOf(result, BASE);
    expect(base).toMatchObject({leader: "A", environments: SEVEN.slice(0, 3)});
    expect(base.scores.find(({agent}) => agent === "C")).toMatchObject({
      score: null,
      reason: "30m@1: no score in gpt2_qa_rl, optimize_kernel",
    });
    expect(flipped(result)).toEqual([]);
  });

  it("with --common covers what all rows share, in every variation", async () => {
    const result = await varied([...wide, ...around("C", [9, 0.1])], {common: true});
    expect(result.settings.commonEnvironments).toEqual(SEVEN.slice(0, 2));
    expect(rowOf(result, BASE)).toMatchObject({leader: "C", environments: SEVEN.slice(0, 2)});
    expect(rowOf(result, "without fix_embedding")).toMatchObject({leader: "A", environments: ["gpt2_qa_rl"]});
    expect(rowOf(result, "with replacement")).toMatchObject({leader: "C", environments: SEVEN.slice(0, 2)});
  });

  it("may be one alone, or nobody", async () => {
    const alone = await varied(around("A", [1, 1]));
    expect(rowOf(alone, BASE)).toMatchObject({
      leader: null,
      lead: {difference: null, reason: "A alone has a score over all 2 environments"},
    });
    const nobody = await varied(around("A", [1]), {budgets: [60]});
    expect(rowOf(nobody, BASE).lead.reason).toBe("no environment is left in which anybody has a score");
    expect(rowOf(alone, BASE).againstPeople).toBeNull();
  });

  it("says where a difference is lost or found", async () => {
    const excluded = [...around("A", [1]), ...around("B", [0.5], {flags: [{flag: "odd"}]})];
    const result = await varied(excluded);
    expect(flipped(result)).toEqual([["odd=exclude", ["lost"]]]);
    expect(result.conclusions[1]).toBe("At 30m a difference cannot be given any more: odd=exclude.");
    expect(flipped(await varied(excluded, {flagged: {odd: "exclude"}}))).toEqual([
      ["odd=keep", ["found"]],
      ["odd=zero", ["found"]],
    ]);
  });

  it("are people too: best agent − people, with the reason where they have no score", async () => {
    const people = logged([[HOUR, 0.4]], {participant: PERSON});
    const agents = [0.7, 0.2].flatMap((score, i) => attemptsOf([score, score], {agent: "AB"[i]!, timeLimitSeconds: 8 * HOUR}));
    const result = await varied([people, ...agents], {budgets: [HOUR / 2, 8 * HOUR]});
    const [short, long] = result.rows;
    expect(long!.againstPeople).toMatchObject({first: "A", second: "human", difference: expect.closeTo(0.3, 12)});
    expect(long).toMatchObject({leader: "A", lead: {second: "human"}});
    expect(short!.againstPeople).toMatchObject({difference: null, reason: "no agent has a score over these environments"});
  });
});

describe("flips", () => {
  const difference = (value: number | null, low: number | null = null, high: number | null = null): Difference => {
    const [first, second] = value === null ? [null, null] : ["A", "B"];
    return {first, second, difference: value, low, high, undefinedReplicates: 0, reason: null};
  };
  const headline = (leader: string | null, lead: Difference, againstPeople: Difference | null = null): Headline => ({
    timeBudgetSeconds: HOUR,
    environments: ["e"],
    scores: [],
    leader,
    lead,
    againstPeople,
  });
  const given = headline("A", difference(1, 0.5, 1.5), difference(-1, -2, 0.5));

  it.each<[string, Headline, Flip[]]>([
    ["nothing", headline("A", difference(0.1, 0.05, 1), difference(-0.1, -2, 0)), []],
    ["another leader", headline("B", difference(1, 0.5, 1.5), difference(-1, -2, 0.5)), ["leader"]],
    ["nobody leads", headline(null, difference(0, -1, 1), difference(-1, -2, 0.5)), ["leader", "lead-interval"]],
    ["an interval that holds 0", headline("A", difference(1, 0, 1.5), difference(-1, -2, 0.5)), ["lead-interval"]],
    ["people behind", headline("A", difference(1, 0.5, 1.5), difference(1, -0.5, 2)), ["agents-or-people"]],
    ["people surely ahead", headline("A", difference(1, 0.5, 1.5), difference(-1, -2, -0.5)), ["agents-or-people-interval"]],
    ["no interval", headline("A", difference(1), difference(-1)), []],
    ["no difference", headline(null, difference(null), difference(-1, -2, 0.5)), ["lost"]],
    ["no people", headline("A", difference(1, 0.5, 1.5)), ["lost"]],
  ])("%s", (_, after, expected) => {
    expect(flipsOf(given, after)).toEqual(expected);
    const reversed = expected.map((flip) => (flip === "lost" ? "found" : flip));
    expect(flipsOf(after, given)).toEqual(reversed);
  });
});
