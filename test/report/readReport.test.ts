import {mkdirSync} from "node:fs";
import {describe, expect, it} from "vitest";
import {RebenchError} from "../../src/errors.js";
import {bundledReports, readReport} from "../../src/report/readReport.js";
import {workshop} from "../store/workshop.js";
import {FIGURE_NAMES, reportFrom} from "./reports.js";

const shop = workshop();
const known = {figureNames: FIGURE_NAMES};

function failureOf(work: () => unknown): RebenchError {
  try {
    work();
  } catch (error) {
    if (error instanceof RebenchError) return error;
    throw error;
  }
  return expect.fail("nothing was thrown");
}

const score = {analysis: "analyze", agent: "human", budget: "8h", field: "score"};
const badParams = (params: Record<string, unknown>) => failureOf(() => reportFrom(params, "Text"));
const badText = (text: string, params: Record<string, unknown> = {}) => failureOf(() => reportFrom(params, text));

describe("where a report is", () => {
  it("bundled ones are read by name, and place all that they declare", () => {
    expect(bundledReports()).toEqual(expect.arrayContaining(["overview", "paper"]));
    expect(readReport("overview", known)).toMatchObject({name: "overview", tables: ["environments"], figures: [{name: "budget"}]});
    const paper = readReport("paper", known);
    expect(paper.figures.map(({name}) => name).sort()).toEqual(FIGURE_NAMES);
    expect([...paper.tables].sort()).toEqual(["budgets", "methods", "table-3", "table-5", "table-6", "table-8"]);
  });

  it("a folder of one's own goes by its last name", () => {
    mkdirSync(shop.path("own"));
    shop.write("own/params.json", JSON.stringify({title: "Mine"}));
    shop.write("own/text.md", "Nothing.");
    expect(readReport(`${shop.path("own")}/`, known)).toMatchObject({name: "own", title: "Mine", description: null});
  });

  it("a name that there is not has the nearest ones, a folder without text says which file", () => {
    const unknown = failureOf(() => readReport("papre", known));
    expect(unknown).toMatchObject({code: "unknown-report", problem: 'there is no report "papre"; did you mean paper?'});
    mkdirSync(shop.path("half"));
    shop.write("half/params.json", JSON.stringify({title: "Mine"}));
    expect(failureOf(() => readReport(shop.path("half"), known))).toMatchObject({
      code: "unreadable-file",
      problem: expect.stringMatching(/half\/text\.md: there is no such file$/),
    });
  });
});

describe("params.json: file, field and value", () => {
  it.each([
    [{title: 3}, "title: Invalid input: expected string, received number, found 3"],
    [{figure: []}, 'the file: "figure" is not known here; did you mean figures?'],
    [{options: {bootstrp: 3}}, 'options: "bootstrp" is not known here; did you mean bootstrap?'],
    [
      {options: {budgets: ["2x"]}},
      'options.budgets.0: "2x" is not a duration: write hours, minutes and seconds such as 30m, 2h or 1h30m, found "2x"',
    ],
    [{options: {interval: 2}}, "options.interval: "],
    [{options: {by: "category"}}, 'options: "by" is not known here'],
    [{figures: [{name: "bugdet"}]}, 'figures.0.name: there is no "bugdet"; did you mean budget?'],
    [{tables: [{name: "table-4"}]}, 'tables.0.name: there is no "table-4"; did you mean table-3 or table-5 or table-6?'],
    [{tables: [{name: "budgets"}, {name: "budgets"}]}, 'tables.1.name: "budgets" is there twice'],
    [{values: {x: {...score, field: "scor"}}}, 'values.x.field: not a field of analyze; did you mean score?, found "scor"'],
    [{values: {x: {...score, budget: "soon"}}}, 'values.x.budget: "soon" is not a duration'],
    [{values: {x: {...score, analysis: "analyse"}}}, "values.x.analysis: "],
    [{values: {x: {...score, budget: undefined}}}, "values.x.budget: "],
    [{values: {x: {...score, digits: 1.5}}}, "values.x.digits: "],
    [{values: {x: {...score, color: "red"}}}, 'values.x: "color" is not known here'],
    [{values: {"1x": score}}, "values.1x: a name of letters"],
    [{values: {x: {analysis: "cost", agent: "human", field: "nominalUsd"}}}, "values.x: needs one of budget, timeLimit and dollars"],
    [
      {values: {x: {analysis: "cost", agent: "best agent", timeLimit: "8h", field: "nominalMeanUsd"}}},
      'values.x.agent: "best agent" says nothing here',
    ],
    [
      {values: {x: {analysis: "compare", agent: "best agent", with: "human", field: "crossover"}}},
      'values.x.agent: "best agent" says nothing here',
    ],
    [{values: {x: {analysis: "compare", agent: "A", with: "human", field: "difference"}}}, "values.x.field: not a field of compare"],
    [
      {values: {x: {analysis: "participants", agent: "A", cohort: "c", field: "people"}}},
      "values.x: needs one of agent, cohort and environment",
    ],
    [{values: {x: {analysis: "attempts", field: "naturalScore"}}}, "values.x.field: not a field of attempts"],
  ])("%j", (params, message) => {
    const error = badParams(params);
    expect(error.code).toBe("invalid-report");
    expect(error.problem).toMatch(/^mine\/params\.json:\n {2}/);
    expect(error.problem).toContain(message);
  });

  it("what is no JSON says where", () => {
    expect(failureOf(() => readReportOf("{"))).toMatchObject({
      code: "invalid-report",
      problem: expect.stringContaining("params.json is not JSON"),
    });
  });
});

function readReportOf(params: string) {
  mkdirSync(shop.path("broken"), {recursive: true});
  shop.write("broken/params.json", params);
  shop.write("broken/text.md", "Text");
  return readReport(shop.path("broken"), known);
}

describe("text.md: file and line", () => {
  const values = {humanScore: score};
  it.each([
    ["One\n\nTwo {humanScor} three", "mine/text.md, line 3: params.json declares no value {humanScor}; did you mean humanScore?"],
    ["One\ntwo\n**{humanScores}**", "line 3: params.json declares no value {humanScores}; did you mean humanScore?"],
    ["- a\n- {nothing}", "line 2: params.json declares no value {nothing}"],
    ["One { two", "line 1: a brace is not closed"],
    ["{}", "line 1: params.json declares no value {}"],
    ["{figure:bugdet}", 'line 1: params.json declares no figure "bugdet"; did you mean budget?'],
    ["See {figure:budget}.\n\n{figure:budget}", "line 1: {figure:budget} stands inside a line"],
    ["{figure:budget}\n\n{figure:budget}", "line 3: the figure budget is placed twice"],
    ["{table:budget}\n{figure:budget}", 'line 1: params.json declares no table "budget"'],
    ["Nothing.", 'mine/params.json: the figure "budget" has no place in text.md'],
    ["{figure:budget}\n\n![x](y.png)", "line 3: a picture from elsewhere"],
    ["{figure:budget}\n\n[x](../secret)", 'line 3: a link to "../secret"'],
    ["{figure:budget}\n\n[x](https://e.org/{humanScore})", "line 3: a link to"],
  ])("%j", (text, message) => {
    const error = badText(text, {values, figures: [{name: "budget"}]});
    expect(error.code).toBe("invalid-report");
    expect(error.problem).toContain(message);
  });

  it("captions quote values too, and are checked", () => {
    const figures = [{name: "budget", caption: "People: {humanScor}"}];
    expect(badText("{figure:budget}", {values, figures}).problem).toContain(
      "caption of budget, line 1: params.json declares no value {humanScor}",
    );
    expect(reportFrom({values, figures: [{name: "budget", caption: "{humanScore}"}]}, "{figure:budget}").values.size).toBe(1);
  });

  it("keeps only the values that are quoted", () => {
    const {values: kept} = reportFrom({values: {...values, other: score}}, "{humanScore}");
    expect([...kept.keys()]).toEqual(["humanScore"]);
  });
});
