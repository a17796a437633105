import {readFileSync} from "node:fs";
import {join} from "node:path";
import {expect, it} from "vitest";
import {newFolder, rebench, tooWide} from "./rebench.js";

const folder = newFolder();
const FEW = ["--bootstrap", "200", "--agents", "human,AIDE (synthetic-model-a)"];
const oneLine = (text: string) => text.replace(/\s+/g, " ");
type Row = {low: number | null; high: number | null; calibrated: boolean | null; corrected: {correction: string} | null};
type Result = {rows: Row[]; budgets: Row[]; settings: Record<string, unknown>; warnings: {code: string; message: string}[]};

it.each([
  ["attempts", "percentile", "percentile, 200 bootstrap replicates of attempts within environments, seed 1"],
  ["environments", "bca", "BCa, 200 bootstrap replicates of environments, then of attempts in each, seed 1"],
  ["people", "studentized", "studentized, 200 bootstrap replicates of people, each with all of their attempts, seed 1"],
  ["attempts", "normal", "normal, exact bootstrap variance of attempts within environments"],
])("tables and JSON name scheme and method: %s, %s", async (resample, method, sentence) => {
  const options = ["--resample", resample, "--interval-method", method, ...FEW];
  const commands = [
    ["analyze", "--budgets", "8h"],
    ["score-at-k", "--k", "1,2"],
  ];
  for (const command of commands) {
    const table = await rebench(folder, [...command, ...options]);
    expect([table.status, tooWide(table.stdout)]).toEqual([0, []]);
    expect(oneLine(table.stdout)).toContain(sentence);
    const {stdout, status} = await rebench(folder, [...command, ...options, "--json"]);
    const {settings, rows, budgets} = JSON.parse(stdout) as Result;
    expect([status, settings.resample, settings.intervalMethod]).toEqual([0, resample, method]);
    expect(settings.resampling).toContain(resample === "attempts" ? "attempts within environments" : resample);
    for (const {low, high} of rows ?? budgets) if (low !== null) expect(low).toBeLessThan(high!);
  }
});

it("what excludes each other is refused, with what to do", async () => {
  const wrong: [string[], string][] = [
    [["--interval-method", "normal", "--resample", "people"], "normal goes with --resample attempts only, not with people"],
    [["--interval-method", "m-out-of-n"], "goes with --estimator with-replacement only"],
    [["--resample-size", "5"], "--resample-size 5 goes with --interval-method m-out-of-n only, not with percentile"],
    [["--correct-selection", "--resample", "environments"], "--correct-selection needs bootstrap replicates of attempts"],
  ];
  for (const [options, problem] of wrong) {
    const {status, stdout, stderr} = await rebench(folder, ["analyze", ...options]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(problem);
    expect(stderr).not.toContain("    at ");
  }
});

it("m-out-of-n says that it is experimental, and how many it draws", async () => {
  const options = ["--estimator", "with-replacement", "--interval-method", "m-out-of-n", ...FEW];
  const {status, stdout} = await rebench(folder, ["score-at-k", "--k", "1", "--resample-size", "5", ...options]);
  expect(status).toBe(0);
  expect(oneLine(stdout)).toContain("m-out-of-n (experimental, m = 5)");
});

it("the corrected score stands beside the plain one, in tables, JSON and files", async () => {
  const file = join(folder, "corrected.csv");
  const {status, stdout} = await rebench(folder, ["analyze", "--budgets", "2h,8h", "--correct-selection", "-o", file, ...FEW]);
  expect([status, tooWide(stdout)]).toEqual([0, []]);
  expect(oneLine(stdout)).toContain("c: scored on attempts left out; f: fall-back");
  const [head, ...lines] = readFileSync(file, "utf8").trim().split("\n");
  expect(head).toContain("correctedScore,correctedLow,correctedHigh,correction,leftOutShare,bestLeftOutShare,correctedReason");
  expect(head).toContain("store,estimator,resample,intervalMethod,interval,bootstrap,seed");
  expect(lines.length).toBe(4);
  expect(lines.join()).not.toContain("[object");
  const json = await rebench(folder, ["analyze", "--budgets", "2h,32h", "--correct-selection", "--json", ...FEW]);
  const {budgets} = JSON.parse(json.stdout) as Result;
  expect(budgets.map(({corrected}) => corrected?.correction)).toEqual(["left-out", "fall-back", "one-candidate", "one-candidate"]);
});

it("people without names, replicates that are not defined and draws again are told", async () => {
  const {stdout} = await rebench(folder, ["score-at-k", "--resample", "people", "--k", "8", "--time-limits", "8h,30m", "--json", ...FEW]);
  const {warnings} = JSON.parse(stdout) as Result;
  const messages = warnings.map(({message}) => message).join("\n");
  expect(messages).toMatch(/--resample people: \d+ of \d+ attempts name no person, and each is a cluster of its own/);
  expect(messages).toMatch(/human: replicates that are not defined and left out: 8h@8 \d+/);
});
