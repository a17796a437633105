import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {beforeAll, describe, expect, it} from "vitest";
import {type Analysis, type AnalyzeOptions, analyze} from "../../src/analysis/analyze.js";
import type {Source} from "../../src/analysis/context.js";
import {type ScoreAtKTable, scoreAtKTable} from "../../src/analysis/scoreAtKTable.js";
import type {ScoreRow} from "../../src/analysis/scoreRows.js";
import {packageFolder} from "../../src/assets.js";
import {because} from "../because.js";
import {options, sourceOfFiles} from "./stores.js";

const HOUR = 3600;
const RUNS = join(packageFolder, "..", "shared", "data", "metr", "rebench_runs.jsonl");
const missing = because(existsSync(RUNS) ? null : `no ${RUNS}`);

type Bootstrap = Record<"low" | "high" | "lowSe" | "highSe" | "mean" | "meanSe", number> & Record<"lowBand" | "highBand", [number, number]>;
type Aggregate = {environments: number; attempts: number; score: number; scoreWithReplacement: number; bootstrap: Bootstrap | null};
type EnvironmentCurve = {agent: string; timeLimitSeconds: number; environment: string; n: number} & Record<
  "withoutReplacement" | "withReplacement",
  number[]
>;
type Chosen = {timeLimitSeconds: number; k: number} | null;
type AgentBudget = {
  agent: string;
  budgetHours: number;
  candidates: {timeLimitSeconds: number; k: number; score: number | null; environments: number; tooFew: Record<string, number>}[];
  chosen: Chosen;
  chosenScore: number | null;
  chosenEnvironments: number | null;
  chosenScoreExcludingFlagged: number | null;
};

const fixture = <T>(name: string): T => JSON.parse(readFileSync(join(packageFolder, "test", "fixtures", "metr", name), "utf8")) as T;
const curves = fixture<{rows: EnvironmentCurve[]; hiddenEnvironment: string}>("scoreAtK.json");
const aggregates = fixture<{rows: (Aggregate & {agent: string; timeLimitSeconds: number; k: number})[]; replicates: number}>(
  "aggregate.json",
);
const budgets = fixture<{
  people: ({budgetHours: number; k: number} & Record<"all" | "excludingFlagged", Aggregate>)[];
  agents: AgentBudget[];
}>("budgets.json");

/** How many of the two Monte Carlo errors together an interval may be off. */
const STANDARD_ERRORS = 5;

/** Compares with numpy's bootstrap; `replicates` are ours, and its errors are scaled to them. */
function expectSameBootstrap(
  {low, high, bootstrapMean}: Pick<ScoreRow, "low" | "high" | "bootstrapMean">,
  theirs: Aggregate,
  replicates: number,
) {
  const bootstrap = theirs.bootstrap!;
  const bothErrors = Math.sqrt(1 + aggregates.replicates / replicates);
  for (const [ours, name] of [
    [low, "low"],
    [high, "high"],
  ] as const) {
    const error = bootstrap[`${name}Se`];
    const [lower, upper] = bootstrap[`${name}Band`];
    if (error > 0) expect(Math.abs(ours! - bootstrap[name])).toBeLessThan(STANDARD_ERRORS * bothErrors * error);
    else {
      // the percentile is a value that many replicates share: it is that value, or the step beside it
      expect(ours).toBeGreaterThanOrEqual(lower - 1e-9);
      expect(ours).toBeLessThanOrEqual(upper + 1e-9);
    }
  }
  const ourError = bootstrap.meanSe * Math.sqrt(aggregates.replicates / replicates);
  expect(Math.abs(bootstrapMean! - theirs.scoreWithReplacement)).toBeLessThan(STANDARD_ERRORS * ourError);
}

describe.skipIf(missing !== "")(`METR's 1,808 runs against tracked numpy and Fraction results${missing}`, () => {
  let source: Source;
  const ks = Array.from({length: 100}, (_, i) => i + 1);
  beforeAll(async () => {
    source = await sourceOfFiles([RUNS]);
  });

  it.each(["without-replacement", "with-replacement"] as const)(
    "has score@k of every agent, time limit, environment and k to 1e-9 (%s)",
    async (estimator) => {
      const {rows} = await scoreAtKTable(source, {...options({by: "environment", estimator, bootstrap: 0}), ks, timeLimits: null});
      const key = (agent: string, limit: number, environment: string, k: number) => `${agent} ${limit} ${environment} ${k}`;
      const found = new Map(rows.map((row) => [key(row.agent, row.timeLimitSeconds, row.environment!, row.k), row]));
      expect(found.size).toBe(curves.rows.length * ks.length);
      for (const {agent, timeLimitSeconds, environment, n, ...curve} of curves.rows) {
        const expected = estimator === "without-replacement" ? curve.withoutReplacement : curve.withReplacement;
        expect(n).toBeLessThanOrEqual(ks.length);
        for (const k of ks) {
          const row = found.get(key(agent, timeLimitSeconds, environment, k))!;
          const available = k === 1 || (k <= n && environment !== curves.hiddenEnvironment);
          expect(row.attempts).toBe(n);
          if (available) expect(Math.abs(row.score! - expected[k - 1]!)).toBeLessThan(1e-9);
          else expect(row).toMatchObject({score: null, reason: expect.stringContaining(`${environment} (n = ${n})`)});
        }
      }
    },
  );

  it("has the aggregates to 1e-9, and numpy's intervals and means within Monte Carlo error", async () => {
    const replicates = 10_000;
    const {rows} = await scoreAtKTable(source, {...options({bootstrap: replicates}), ks: null, timeLimits: null});
    const {rows: withRepeats} = await scoreAtKTable(source, {
      ...options({bootstrap: 0, estimator: "with-replacement"}),
      ks: null,
      timeLimits: null,
    });
    expect(rows.length).toBe(aggregates.rows.length); // the same default k
    for (const expected of aggregates.rows) {
      const isIt = ({agent, timeLimitSeconds, k}: ScoreRow) =>
        agent === expected.agent && timeLimitSeconds === expected.timeLimitSeconds && k === expected.k;
      const row = rows.find(isIt)!;
      expect(row).toMatchObject({environmentCount: expected.environments, attempts: expected.attempts, environmentTotal: 7});
      expect(Math.abs(row.score! - expected.score)).toBeLessThan(1e-9);
      expect(Math.abs(withRepeats.find(isIt)!.score! - expected.scoreWithReplacement)).toBeLessThan(1e-9);
      if (expected.bootstrap === null) {
        expect(row).toMatchObject({low: null, high: null, reason: "no interval: one attempt only in optimize_llm_foundry"});
      } else expectSameBootstrap(row, expected, replicates);
    }
  });

  describe("analyze --budgets 2h,8h,32h", () => {
    let analysis: Analysis;
    const asked: AnalyzeOptions = {...options({bootstrap: 10_000}), budgets: [2, 8, 32].map((hours) => hours * HOUR)};
    const rowOf = (agent: string, hours: number) =>
      analysis.budgets.find((row) => row.agent === agent && row.timeBudgetSeconds === hours * HOUR)!;
    beforeAll(async () => {
      analysis = await analyze(source, asked);
    });

    it("has no value for people at 2 h: there are no score logs", () => {
      expect(rowOf("human", 2)).toMatchObject({kind: "human", score: null, low: null, high: null, bootstrapMean: null, k: null});
      expect(rowOf("human", 2).reason).toMatch(/there are no score logs to see longer ones at 2h/);
    });

    it("has people at 8 h as 8h@1 and at 32 h as 8h@4, and says what the flagged attempts do", () => {
      for (const {budgetHours, k, all, excludingFlagged} of budgets.people) {
        const row = rowOf("human", budgetHours);
        expect(row).toMatchObject({timeLimitSeconds: 8 * HOUR, k, sliced: false, environmentCount: 7, environmentTotal: 7, attempts: 93});
        expect(Math.abs(row.score! - all.score)).toBeLessThan(1e-9);
        expectSameBootstrap(row, all, 10_000);
        expect(analysis.warnings).toContainEqual({
          code: "flagged-moves",
          agent: "human",
          message: `human at ${budgetHours}h (8h@${k}): ${all.score.toFixed(3)}; without the 12 flagged attempts it would be ${excludingFlagged.score.toFixed(3)}`,
        });
      }
      expect([8, 32].map((hours) => rowOf("human", hours).score!.toFixed(3))).toEqual(["0.786", "1.535"]);
      expect(budgets.people.map(({excludingFlagged}) => excludingFlagged.score.toFixed(3))).toEqual(["0.643", "1.084"]);
    });

    it("takes --common over the rows that are shown: at 2 h all have all seven, though a candidate of one has four", async () => {
      const {budgets: rows, settings} = await analyze(source, {...asked, budgets: [2 * HOUR], common: true, bootstrap: 0});
      expect(settings.commonEnvironments).toHaveLength(7);
      expect(rows.find(({agent}) => agent === "Claude 3.5 Sonnet (New)")).toMatchObject({timeLimitSeconds: 2 * HOUR, k: 1});
    });

    it("has people without the flagged attempts where that is asked for", async () => {
      const flagged = {"over-long": "exclude", short: "exclude", "above-ceiling": "exclude"} as const;
      const {budgets: rows} = await analyze(source, {...asked, agents: ["human"], flagged});
      for (const {budgetHours, excludingFlagged} of budgets.people) {
        const row = rows.find(({timeBudgetSeconds}) => timeBudgetSeconds === budgetHours * HOUR)!;
        expect(Math.abs(row.score! - excludingFlagged.score)).toBeLessThan(1e-9);
        expect(row.attempts).toBe(excludingFlagged.attempts);
        expectSameBootstrap(row, excludingFlagged, 10_000);
      }
    });

    it("considers and chooses the allocations of agents that the fixture does", () => {
      for (const {agent, budgetHours, candidates, chosen, chosenScore, chosenEnvironments} of budgets.agents) {
        const row = rowOf(agent, budgetHours);
        const own = analysis.allocations.filter((each) => each.agent === agent && each.timeBudgetSeconds === budgetHours * HOUR);
        expect(own.map(({timeLimitSeconds, k}) => ({timeLimitSeconds, k}))).toEqual(
          candidates.map(({timeLimitSeconds, k}) => ({timeLimitSeconds, k})),
        );
        for (const [i, {score, environments, tooFew}] of candidates.entries()) {
          if (score === null) {
            const [worst] = Object.entries(tooFew).sort(([, a], [, b]) => a - b)[0]!;
            expect(own[i]).toMatchObject({score: null, reason: expect.stringContaining(worst)});
          } else {
            expect(Math.abs(own[i]!.score! - score)).toBeLessThan(1e-9);
            expect(own[i]!.environmentCount).toBe(environments);
          }
        }
        if (chosen === null) {
          expect(row).toMatchObject({score: null, timeLimitSeconds: null, k: null, environmentCount: 0, environments: []});
          expect(row.reason).toMatch(/too few attempts|divides/);
        } else {
          expect(row).toMatchObject({...chosen, environmentCount: chosenEnvironments});
          expect(Math.abs(row.score! - chosenScore!)).toBeLessThan(1e-9);
        }
      }
    });

    it("has no value for any agent at 32 h, each with its reason", () => {
      const rows = analysis.budgets.filter(({kind, timeBudgetSeconds}) => kind === "agent" && timeBudgetSeconds === 32 * HOUR);
      expect(rows.length).toBe(8);
      for (const row of rows)
        expect(row).toMatchObject({score: null, reason: expect.stringMatching(/too few attempts for k = \d+: .*\(n = \d+\)/)});
    });

    it("warns of flagged attempts of agents where the fixture says that they move a value by more than 10 %", () => {
      for (const {agent, budgetHours, chosenScore, chosenScoreExcludingFlagged} of budgets.agents) {
        const moves = chosenScore !== null && Math.abs(chosenScoreExcludingFlagged! - chosenScore) > 0.1 * chosenScore;
        const said = analysis.warnings.filter(
          ({code, agent: about, message}) => code === "flagged-moves" && about === agent && message.includes(` at ${budgetHours}h (`),
        );
        expect(said.map(({message}) => message.split(" ").at(-1))).toEqual(moves ? [chosenScoreExcludingFlagged!.toFixed(3)] : []);
      }
    });

    it("has the field names that other programs rely on, never absent", () => {
      const names = ["agent", "kind", "environment", "group", "environments", "timeBudgetSeconds", "timeLimitSeconds", "k", "sliced"];
      const counts = ["environmentCount", "environmentTotal", "attempts", "score", "low", "high", "bootstrapMean", "reason"];
      for (const row of [...analysis.budgets, ...analysis.allocations]) {
        for (const name of [...names, ...counts]) expect(row).toHaveProperty(name);
        expect(Object.values(row)).not.toContain(undefined);
      }
      for (const warning of analysis.warnings) expect(Object.keys(warning).sort()).toEqual(["agent", "code", "message"]);
      expect(JSON.parse(JSON.stringify(analysis))).toEqual(analysis);
    });
  });

  it("re-expresses QA from the reference 0.8149 to the paper's 0.85", async () => {
    const qa = (table: ScoreAtKTable) =>
      table.rows.find(({agent, environment}) => agent === "human" && environment === "gpt2_qa_rl")!.score!;
    const asked = {...options({by: "environment", bootstrap: 0}), ks: [4], timeLimits: null} as const;
    const stored = await scoreAtKTable(source, asked);
    const paper = await scoreAtKTable(source, {...asked, constants: {gpt2_qa_rl: "paper"}});
    // both scales are 0 at 0.54
    expect(qa(paper)).toBeCloseTo((qa(stored) * (0.8149 - 0.54)) / (0.85 - 0.54), 12);
    const inForce = (table: ScoreAtKTable) => table.settings.constants.find(({environment}) => environment === "gpt2_qa_rl");
    expect(inForce(stored)).toMatchObject({from: "source", startingScore: 0.54, referenceScore: 0.8149});
    expect(inForce(paper)).toMatchObject({from: "paper", startingScore: 0.54, referenceScore: 0.85});
    const same = await scoreAtKTable(source, {...asked, constants: {gpt2_qa_rl: "metr-2025"}});
    expect(qa(same)).toBe(qa(stored));
  });
});
