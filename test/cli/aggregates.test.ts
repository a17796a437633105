import {readFileSync} from "node:fs";
import {join} from "node:path";
import {expect, it} from "vitest";
import {newFolder, type Outcome, rebench, tooWide} from "./rebench.js";

// Everything here is about the sample data, which stand in where there is no store.
const folder = newFolder();
const FEW = ["aggregates", "--bootstrap", "50", "--k", "1,4"];

type Result = Record<"rows" | "profile", Record<string, unknown>[]> & {settings: Record<string, unknown>; warnings: unknown[]};

/** What stdout holds where it is one JSON document on one line, and nothing else. */
function onlyJson({status, stdout, stderr}: Outcome): Result {
  expect([status, stdout.trimEnd().split("\n").length, stderr.includes("{")]).toEqual([0, 1, false]);
  return JSON.parse(stdout) as Result;
}

it("aggregates fits 80 columns, says synthetic, and explains its columns", async () => {
  const {status, stdout} = await rebench(folder, [...FEW, "--profile", "--time-limits", "30m,2h"]);
  expect([status, tooWide(stdout)]).toEqual([0, []]);
  expect(stdout.replace(/\s+/g, " ")).toContain("They are synthetic: drawn from a model, nothing was measured.");
  expect(stdout).toMatch(/score@k +IQM +gap +rank, %/);
  expect(stdout).toMatch(/limit +> 0 +> 0\.25 +> 0\.5 +> 0\.75 +> 1 +> 1\.5 +> 2/);
  expect(stdout).toMatch(/^\(\d\) people are whom the percentile is among$/m);
  expect(stdout).not.toContain("\u001b"); // no colours where the output is no terminal
});

it("aggregates --json has every field, the definitions, the whole grid of the profile; -o the rows", async () => {
  const first = await rebench(folder, [...FEW, "--json", "--profile", "--gamma", "0.5", "-o", "a.csv"]);
  const {rows, profile, settings} = onlyJson(first);
  for (const row of [...rows, ...profile]) expect(Object.values(row)).not.toContain(undefined);
  expect(rows.length).toBe(26);
  expect(profile.length).toBe(13 * 41);
  expect(settings.command).toMatchObject({ks: [1, 4], gamma: 0.5, interquartileMean: expect.stringContaining("a quarter")});
  const [head, ...lines] = readFileSync(join(folder, "a.csv"), "utf8").trimEnd().split("\n");
  expect(head!.split(",")).toEqual([...Object.keys(rows[0]!), "store"]);
  expect(lines.length).toBe(rows.length);
  expect((await rebench(folder, [...FEW, "--json", "--profile", "--gamma", "0.5"])).stdout).toBe(first.stdout);
});

it.each([
  ["--resample", "people"],
  ["--interval-method", "bca"],
])("aggregates %s %s is not used, and a note says so", async (...option) => {
  const {status, stdout, stderr} = await rebench(folder, [...FEW, ...option]);
  expect([status, stdout]).toEqual([0, (await rebench(folder, FEW)).stdout]);
  expect(stderr).toContain(`note: ${option.join(" ")} is not used here`);
});

it("a gamma that is no number, and a wage that is none, are refused", async () => {
  for (const args of [
    ["aggregates", "--gamma", "good"],
    ["participants", "--wage", "-3"],
  ]) {
    const {status, stderr} = await rebench(folder, args);
    expect([status, stderr.includes(`${args[1]}`)]).toEqual([2, true]);
  }
});

it("participants prints three tables in 80 columns, or the one that is asked for", async () => {
  const {status, stdout} = await rebench(folder, ["participants"]);
  expect([status, tooWide(stdout)]).toEqual([0, []]);
  expect(stdout.replace(/\s+/g, " ")).toContain("They are synthetic: drawn from a model, nothing was measured.");
  expect(stdout.match(/^(By agent|People, by cohort|People, by environment)$/gm)).toHaveLength(3);
  expect(stdout).toMatch(/^hiring +8h +45 +40 +0\.50/m);
  const {stdout: one} = await rebench(folder, ["participants", "--by", "environment"]);
  expect(one.match(/^(By agent|People, by cohort|People, by environment)$/gm)).toEqual(["People, by environment"]);
  const {stdout: none} = await rebench(folder, ["participants", "--by", "cohort", "--agents", "AIDE (synthetic-model-a)"]);
  expect(none).toContain("No attempts match the selection.");
});

it("participants --json has every field, and the wage that was asked for", async () => {
  const {rows, settings} = onlyJson(await rebench(folder, ["participants", "--json", "--wage", "100", "-o", "p.parquet"]));
  for (const row of rows) expect(Object.values(row)).not.toContain(undefined);
  expect(rows.filter(({kind}) => kind === "human").every(({dollarsPerHour}) => dollarsPerHour === 100)).toBe(true);
  expect(settings.command).toMatchObject({tables: ["agent", "cohort", "environment"], wageUsdPerHour: 100, aboveScore: 0.05});
});
