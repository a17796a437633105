import {readFileSync} from "node:fs";
import {join} from "node:path";
import {beforeAll, expect, it} from "vitest";
import type {BudgetRow} from "../../src/analysis/analyze.js";
import {sampleFile} from "../../src/assets.js";
import {newFolder, rebench} from "../cli/rebench.js";

// The page of reports/paper against what the other commands print of the same attempts, number by number.

const folder = newFolder();
const quick = ["--bootstrap", "200"];
const json = async (...args: string[]) => JSON.parse((await rebench(folder, [...args, "--json"])).stdout);
let html = "";
let budgets: BudgetRow[] = [];

beforeAll(async () => {
  expect((await rebench(folder, ["import", sampleFile])).status).toBe(0);
  expect((await rebench(folder, ["report", "paper", "--out", "paper", ...quick])).status).toBe(0);
  html = readFileSync(join(folder, "paper", "index.html"), "utf8");
  budgets = (await json("analyze", "--budgets", "2h,8h,32h", ...quick)).budgets;
}, 120_000);

const unescaped = (text: string) =>
  text.replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** What the prose says for a value. */
const quoted = (name: string): string => unescaped(new RegExp(`<span class="value" data-value="${name}">([^<]*)<`).exec(html)![1]!);

const row = (agent: string, hours: number) => budgets.find((each) => each.agent === agent && each.timeBudgetSeconds === hours * 3600)!;
const best = (hours: number) =>
  budgets
    .filter(({kind, timeBudgetSeconds, score}) => kind === "agent" && timeBudgetSeconds === hours * 3600 && score !== null)
    .sort((a, b) => b.score! - a.score!)[0]!;
const text = ({score, low, high, timeLimitSeconds, k}: BudgetRow) =>
  `${score!.toFixed(2)} (${low!.toFixed(2)} to ${high!.toFixed(2)}; ${timeLimitSeconds! >= 3600 ? `${timeLimitSeconds! / 3600}h` : `${timeLimitSeconds! / 60}m`}@${k})`;

it.each([2, 8, 32])("quotes people and the best agent at %i hours as analyze has them", (hours) => {
  expect(quoted(`human${hours}h`)).toBe(text(row("human", hours)));
  expect(quoted(`best${hours}h`)).toContain(best(hours).agent);
  expect(quoted(`best${hours}h`)).toContain(text(best(hours)));
});

it("quotes attempts, people and costs as the other commands have them", async () => {
  const [{rows: participants}, cost, attempts] = [
    await json("participants"),
    await json("cost", "--budgets", "8h", ...quick),
    await json("analyze", ...quick),
  ];
  const human =
    participants.find(
      ({table, name, timeLimitSeconds}: Record<string, unknown>) => table === "agent" && name === "human" && timeLimitSeconds === null,
    ) ?? participants.find(({name}: {name: string}) => name === "human");
  expect(quoted("humanAttempts")).toBe(String(human.attempts));
  expect(quoted("people")).toBe(String(human.people));
  expect(quoted("humanMean")).toBe(human.meanScore.toFixed(2));
  expect(quoted("attempts").replace(",", "")).toBe(String(attempts.settings.attempts));
  const spent = cost.budgets.find(({agent}: {agent: string}) => agent === "human").nominalUsd;
  expect(quoted("humanCost").replace(/[$,]/g, "")).toBe(String(Math.round(spent)));
});

it("has every score of the budgets table to the last digit", () => {
  const scores = budgets.flatMap(({score}) => (score === null ? [] : [String(score)]));
  expect(scores.length).toBeGreaterThan(10);
  for (const score of scores) expect(html).toContain(`data-value="${score}"`);
});

it("has all fourteen figures, and Tables 3, 5, 6 and 8", () => {
  expect(html.match(/<figure[ >]/g)!.length).toBeGreaterThanOrEqual(14);
  expect(html).not.toContain("is not shown:");
  for (const name of ["table-3", "table-5", "table-6", "table-8", "methods"]) expect(html).toContain(name);
  // arXiv 2411.15114, Table 3: lines of code of the references
  for (const lines of [1651, 180, 802, 433, 495, 647, 746]) expect(html).toContain(`data-value="${lines}"`);
});

it("draws the same scores: the rows that the page carries are those that figures writes", async () => {
  await rebench(folder, ["figures", "budget", "--format", "csv", "--out", "figures", ...quick]);
  const csv = readFileSync(join(folder, "figures", "budget.csv"), "utf8");
  for (const {score} of budgets) if (score !== null) expect(csv).toContain(String(score));
});
