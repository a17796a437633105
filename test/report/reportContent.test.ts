import {beforeAll, describe, expect, it} from "vitest";
import {analyze} from "../../src/analysis/analyze.js";
import {compareCurves} from "../../src/analysis/compareCurves.js";
import type {Source} from "../../src/analysis/context.js";
import {costTable} from "../../src/analysis/costTable.js";
import {participants} from "../../src/analysis/participants.js";
import {scoreAtKTable} from "../../src/analysis/scoreAtKTable.js";
import {sampleFile} from "../../src/assets.js";
import type {ReportContent} from "../../src/report/content.js";
import {readReport} from "../../src/report/readReport.js";
import type {ReportOptions} from "../../src/report/reportOptions.js";
import {attempt, attemptsOf, PERSON, sourceOf, sourceOfFiles} from "../analysis/stores.js";
import {failure} from "../store/workshop.js";
import {blocksIn, contentOf, FIGURE_NAMES, optionsOf, reportFrom, spansIn, valuesIn} from "./reports.js";

const HOUR = 3600;
const BEST = "Modular (synthetic-model-a)";

describe("values are those of the analyses, asked one by one", () => {
  let source: Source;
  let options: ReportOptions;
  let content: ReportContent;
  const numbers = new Map<string, {value: number | string | boolean | null; text: string}>();
  const values = {
    score: {analysis: "analyze", agent: "human", budget: "2h", field: "score", digits: 4},
    low: {analysis: "analyze", agent: "human", budget: "2h", field: "low"},
    bestScore: {analysis: "analyze", agent: "best agent", budget: "8h", field: "score", digits: 3},
    bestName: {analysis: "analyze", agent: "best agent", budget: "8h", field: "agent"},
    allocation: {analysis: "analyze", agent: "best agent", budget: "8h", field: "allocation"},
    inKernel: {analysis: "analyze", agent: "human", budget: "8h", environment: "ai_rd_triton_cumsum", field: "score"},
    attempts: {analysis: "analyze", agent: "best agent", budget: "8h", field: "attempts"},
    atK: {analysis: "score-at-k", agent: BEST, timeLimit: "30m", k: 3, field: "score"},
    bestAtK: {analysis: "score-at-k", agent: "best agent", timeLimit: "2h", k: 4, field: "agent"},
    cost: {analysis: "cost", agent: BEST, budget: "8h", field: "nominalUsd"},
    costPerAttempt: {analysis: "cost", agent: BEST, timeLimit: "30m", field: "nominalMeanUsd", digits: 2},
    forDollars: {analysis: "cost", agent: "best agent", dollars: 100, field: "score"},
    wage: {analysis: "cost", agent: "human", budget: "8h", field: "nominalUsd"},
    difference: {analysis: "compare", agent: "best agent", with: "human", budget: "8h", field: "difference"},
    crossover: {analysis: "compare", agent: BEST, with: "human", field: "crossover"},
    people: {analysis: "participants", agent: "human", field: "people"},
    hiring: {analysis: "participants", cohort: "hiring", field: "meanScore"},
    share: {analysis: "participants", environment: "optimize_kernel", field: "shareAbove", digits: 1},
    first: {analysis: "participants", agent: "human", field: "firstImprovementSeconds"},
    count: {analysis: "attempts", field: "attempts"},
    agents: {analysis: "attempts", field: "agents"},
  };

  beforeAll(async () => {
    source = await sourceOfFiles([sampleFile]);
    const report = reportFrom(
      {values},
      Object.keys(values)
        .map((name) => `{${name}}`)
        .join("\n"),
    );
    options = optionsOf(report);
    content = await contentOf(report, source);
    for (const [name, value] of valuesIn(content)) numbers.set(name, value);
  });

  it("has every one, none missing", () => {
    expect([...numbers.keys()]).toEqual(Object.keys(values));
    expect(content.notes).toEqual([]);
  });

  it("analyze: at a budget that the report does not show, and in one environment by its alias", async () => {
    const {budgets} = await analyze(source, {...options, budgets: [2 * HOUR]});
    const human = budgets.find(({agent}) => agent === "human")!;
    expect(numbers.get("score")).toMatchObject({value: human.score, text: human.score!.toFixed(4)});
    expect(numbers.get("low")).toMatchObject({value: human.low, text: human.low!.toFixed(2)});
    const {budgets: kernel} = await analyze(source, {
      ...options,
      environments: ["optimize_kernel"],
      agents: ["human"],
      budgets: [8 * HOUR],
    });
    expect(numbers.get("inKernel")!.value).toBe(kernel[0]!.score);
  });

  it("best agent: the highest score at that place, and its name and allocation", async () => {
    const {budgets} = await analyze(source, {...options, budgets: [8 * HOUR]});
    const agents = budgets.filter(({kind}) => kind === "agent").map(({agent, score, attempts}) => ({agent, score: score!, attempts}));
    const best = agents.reduce((first, each) => (each.score > first.score ? each : first));
    expect(numbers.get("bestScore")).toMatchObject({value: best.score, text: best.score.toFixed(3)});
    expect(numbers.get("bestName")!.text).toBe(best.agent);
    expect(numbers.get("allocation")!.text).toBe("30m@16");
    expect(numbers.get("attempts")!.text).toBe(String(best.attempts));
  });

  it("score-at-k", async () => {
    const {rows} = await scoreAtKTable(source, {...options, ks: [3], timeLimits: [HOUR / 2]});
    expect(numbers.get("atK")!.value).toBe(rows.find(({agent}) => agent === BEST)!.score);
    const {rows: at} = await scoreAtKTable(source, {...options, ks: [4], timeLimits: [2 * HOUR]});
    const agents = at.filter(({kind, score}) => kind === "agent" && score !== null);
    expect(agents.length).toBeGreaterThan(1);
    expect(numbers.get("bestAtK")!.text).toBe(agents.reduce((a, b) => (b.score! > a.score! ? b : a)).agent);
  });

  it("cost: of a budget, of an attempt, for a sum", async () => {
    const table = await costTable(source, {...options, budgets: [8 * HOUR], dollars: [100]});
    const row = table.budgets.find(({agent}) => agent === BEST)!;
    expect(numbers.get("cost")).toMatchObject({value: row.nominalUsd, text: `$${Math.round(row.nominalUsd!)}`});
    const each = table.attempts.find(({agent, timeLimitSeconds}) => agent === BEST && timeLimitSeconds === HOUR / 2)!;
    expect(numbers.get("costPerAttempt")).toMatchObject({value: each.nominalMeanUsd, text: `$${each.nominalMeanUsd!.toFixed(2)}`});
    const sums = table.dollars.filter(({kind, score}) => kind === "agent" && score !== null).map(({score}) => score!);
    expect(numbers.get("forDollars")!.value).toBe(Math.max(...sums));
    expect(numbers.get("wage")!.text).toBe("$1,855"); // 8 × 231.875
  });

  it("compare: the difference of a budget, and the crossover along all", async () => {
    const difference = await compareCurves(source, {...options, a: BEST, b: "human", budgets: [8 * HOUR]});
    const {difference: value} = difference.rows[0]!;
    expect(numbers.get("difference")).toMatchObject({value, text: `−${Math.abs(value!).toFixed(2)}`});
    expect(value).toBeLessThan(0);
    const {crossover} = await compareCurves(source, {...options, a: BEST, b: "human", budgets: null});
    expect(numbers.get("crossover")!.value).toBe(crossover.budgetSeconds);
    expect(numbers.get("crossover")!.text).toMatch(/^\d+h\d*m?$/);
  });

  it("participants and attempts", async () => {
    const {rows} = await participants(source, {...options, tables: ["agent", "cohort", "environment"], wageUsdPerHour: 1});
    const of = (table: string, name: string) => rows.find((row) => row.table === table && row.name === name)!;
    expect(numbers.get("people")).toMatchObject({value: of("agent", "human").people, text: "61"});
    expect(numbers.get("hiring")!.value).toBe(of("cohort", "hiring").meanScore);
    expect(numbers.get("share")!.text).toBe(`${(100 * of("environment", "optimize_kernel").shareAbove).toFixed(1)} %`);
    expect(numbers.get("first")!.value).toBe(of("agent", "human").firstImprovementSeconds);
    expect(numbers.get("count")).toMatchObject({value: 1816, text: "1,816"});
    expect(numbers.get("agents")!.text).toBe("4");
  });
});

describe("the bundled reports on the sample data", () => {
  it.each(["overview", "paper"])("%s: every number in the prose stands in the page as the analysis has it", async (name) => {
    const source = await sourceOfFiles([sampleFile]);
    const report = readReport(name, {figureNames: FIGURE_NAMES});
    const content = await contentOf(report, source);
    const {budgets} = await analyze(source, {...optionsOf(report), budgets: [2, 8, 32].map((hours) => hours * HOUR)});
    const values = valuesIn(content);
    for (const hours of [2, 8, 32]) {
      const rows = budgets.filter(({timeBudgetSeconds}) => timeBudgetSeconds === hours * HOUR);
      const human = rows.find(({kind}) => kind === "human")!;
      expect(values.get(`human${hours}h`)!.text).toMatch(
        new RegExp(`^${human.score!.toFixed(2)} \\(${human.low!.toFixed(2)} to ${human.high!.toFixed(2)}; `),
      );
      const best = rows.filter(({kind}) => kind === "agent").reduce((a, b) => (b.score! > a.score! ? b : a));
      expect(values.get(`best${hours}h`)!.text).toContain(`${best.agent}, ${best.score!.toFixed(2)} (`);
    }
    expect(content.data).toMatchObject({isSynthetic: true, attempts: 1816});
    expect(content.data.text).toContain("nothing was measured");
  });

  it("is the same twice", async () => {
    const source = await sourceOfFiles([sampleFile]);
    const report = readReport("paper", {figureNames: FIGURE_NAMES});
    expect(await contentOf(report, source, {bootstrap: 20})).toEqual(await contentOf(report, source, {bootstrap: 20}));
  });
});

describe("what is missing", () => {
  it("is a dash with a note of the reason, each reason once, and never 0", async () => {
    const source = await sourceOf(attemptsOf([0.2, 0.4], {agent: "A"}));
    const human = {analysis: "analyze", agent: "human", budget: "8h"};
    const values = {
      human: {...human, field: "score"},
      again: {...human, field: "low"},
      long: {analysis: "analyze", agent: "A", budget: "8h", field: "score"},
      short: {analysis: "analyze", agent: "A", budget: "30m", field: "score"},
      best: {analysis: "analyze", agent: "best agent", budget: "8h", field: "agent"},
      cost: {analysis: "cost", agent: "A", timeLimit: "30m", field: "nominalMeanUsd"},
      crossover: {analysis: "compare", agent: "A", with: "human", field: "crossover"},
    };
    const content = await contentOf(
      reportFrom(
        {values},
        Object.keys(values)
          .map((name) => `{${name}}`)
          .join("\n\n"),
      ),
      source,
    );
    const found = valuesIn(content);
    const noteOf = (name: string) => content.notes[found.get(name)!.note! - 1];
    for (const name of Object.keys(values).filter((each) => each !== "short")) {
      expect(found.get(name)).toMatchObject({value: null, text: "–", note: expect.any(Number)});
    }
    expect(found.get("short")).toMatchObject({text: "0.30", note: null});
    expect(noteOf("human")).toBe("no attempts of people are in the selection, at 8h");
    expect(found.get("again")!.note).toBe(found.get("human")!.note);
    expect(noteOf("long")).toMatch(/too few attempts for k = 16/);
    expect(noteOf("best")).toMatch(/^no agent has a score at 8h: A: 30m@16: too few/);
    expect(noteOf("cost")).toMatch(/no cost and no token usage are recorded/);
    expect(noteOf("crossover")).toBe("no attempts of people are in the selection");
    expect(new Set(content.notes).size).toBe(content.notes.length);
  });

  it("a summary without an interval says so, and why", async () => {
    const source = await sourceOf([attempt({finalScore: 0.5})]);
    const values = {x: {analysis: "analyze", agent: "best agent", budget: "30m", field: "namedSummary"}};
    const content = await contentOf(reportFrom({values}, "{x}"), source);
    expect(valuesIn(content).get("x")).toMatchObject({text: "A, 0.50 (no interval; 30m@1)", note: 1});
    expect(content.notes).toEqual([expect.stringMatching(/^no interval: one attempt only/)]);
  });

  it("an agent, environment or cohort with a typing error is no attempt less", async () => {
    const source = await sourceOf([...attemptsOf([0.2, 0.4], {agent: "Claude"}), attempt({participant: {...PERSON, cohort: "pros"}})]);
    const quote = (value: object) => contentOf(reportFrom({values: {x: value}}, "{x}"), source);
    const scored = {analysis: "analyze", agent: "human", budget: "8h", field: "score"};
    expect(await failure(quote({...scored, agent: "Claud"}))).toMatchObject({
      code: "unknown-agent",
      problem: 'params.json: values.x.agent: the store has no agent "Claud"; did you mean "Claude"?',
    });
    expect((await failure(quote({...scored, environment: "fix_embeding"}))).problem).toContain('did you mean "fix_embedding"?');
    const content = await quote({analysis: "participants", cohort: "novices", field: "people"});
    expect(content.notes).toEqual(["no people's attempts of the cohort novices"]);
  });

  it("a figure that was not drawn is a sentence; those that were are numbered", async () => {
    const source = await sourceOf(attemptsOf([0.2, 0.4]));
    const report = reportFrom(
      {figures: [{name: "progress"}, {name: "budget"}, {name: "cost"}]},
      "{figure:progress}\n{figure:budget}\ntext\n{figure:cost}",
    );
    const figures = [
      {name: "progress", reason: "there are no score logs"},
      {name: "budget", title: "B", description: "D", svg: "", png: null, csv: ""},
    ];
    const {blocks} = await contentOf(report, source, {}, figures);
    expect(blocks).toMatchObject([
      {kind: "missing-figure", name: "progress", reason: "there are no score logs"},
      {kind: "figure", number: 1, caption: [{kind: "text", text: "B"}]},
      {kind: "paragraph", spans: [{kind: "text", text: "text"}]},
      {kind: "missing-figure", name: "cost"},
    ]);
  });

  it("an empty selection still makes a page", async () => {
    const source = await sourceOf(attemptsOf([0.5]));
    const report = readReport("paper", {figureNames: FIGURE_NAMES});
    const content = await contentOf(report, source, {tier: "small"});
    expect(content.data.attempts).toBe(0);
    expect(valuesIn(content).get("attempts")!.text).toBe("0");
    expect(valuesIn(content).get("humanMean")!.text).toBe("–");
  });
});

describe("prose", () => {
  const source = () => sourceOf(attemptsOf([0.5]));
  const values = {n: {analysis: "attempts", field: "attempts"}};

  it("braces, code, forms, links, lists and headings", async () => {
    const text =
      "# One {n}\n\n## Two\n\n## Two\n\n\\{n} is **{n}** `{n}` [at {n}](https://e.org) &amp; <b>x</b>  \nnext\n\n1. a\n2. *{n}*\n\n> q";
    const {blocks} = await contentOf(reportFrom({values}, text), await source());
    expect(blocks.flatMap((block) => (block.kind === "heading" ? [[block.level, block.id]] : []))).toEqual([
      [2, "section-one-1"],
      [3, "section-two"],
      [3, "section-two-2"],
    ]);
    const value = {kind: "value", name: "n", value: 1, text: "1", note: null};
    expect(blocks.slice(3)).toEqual([
      {
        kind: "paragraph",
        spans: [
          {kind: "text", text: "{n} is "},
          {kind: "strong", spans: [value]},
          {kind: "text", text: " "},
          {kind: "code", text: "{n}"},
          {kind: "text", text: " "},
          {kind: "link", href: "https://e.org", spans: [{kind: "text", text: "at "}, value]},
          {kind: "text", text: " & <b>x</b>"},
          {kind: "break"},
          {kind: "text", text: "next"},
        ],
      },
      {
        kind: "list",
        ordered: true,
        start: 1,
        items: [
          [{kind: "paragraph", spans: [{kind: "text", text: "a"}]}],
          [{kind: "paragraph", spans: [{kind: "emphasis", spans: [value]}]}],
        ],
      },
      {kind: "quote", blocks: [{kind: "paragraph", spans: [{kind: "text", text: "q"}]}]},
    ]);
  });

  it("options: the command line's own win over the report's, those over the program's", () => {
    const report = reportFrom({options: {bootstrap: 50, seed: 7, budgets: ["8h", "2h"], flagged: {short: "exclude"}, wage: 100}}, "x");
    const {prices: _, ...merged} = optionsOf(report, {bootstrap: 60, flagged: {"over-long": "zero"}});
    expect(merged).toMatchObject({bootstrap: 60, seed: 7, budgets: [2 * HOUR, 8 * HOUR], estimator: "without-replacement"});
    expect(merged.flagged).toEqual({cheating: "zero", short: "exclude", "over-long": "zero"});
    expect(merged.rates).toMatchObject({wageUsdPerHour: 100, hours: "budgeted"});
  });

  it("a name from a record is text, whatever it looks like, and its control characters are shown", async () => {
    const agent = "<script>alert(1)</script> **b** [x](javascript:1) {n} |\u202e";
    const hostile = await sourceOf(attemptsOf([0.5, 0.6], {participant: {kind: "agent", alias: agent}}));
    const best = {analysis: "analyze", agent: "best agent", budget: "30m", field: "agent"};
    const {blocks} = await contentOf(reportFrom({values: {...values, best}}, "**{best}**"), hostile);
    expect(blocksIn(blocks)).toHaveLength(1);
    expect(spansIn(blocks)).toEqual([
      {kind: "strong", spans: [expect.anything()]},
      {kind: "value", name: "best", value: agent, text: agent.replace("\u202e", "\\u202e"), note: null},
    ]);
  });
});
