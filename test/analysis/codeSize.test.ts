import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {type CodeSize, type CodeSizeOptions, codeSize} from "../../src/analysis/codeSize.js";
import type {Source} from "../../src/analysis/context.js";
import {packageFolder, sampleFile} from "../../src/assets.js";
import {catalogueOf, readCatalogue} from "../../src/environment/catalogue.js";
import {because} from "../because.js";
import {attemptsOf, options, PERSON, sourceOf, sourceOfFiles} from "./stores.js";

const RUNS = join(packageFolder, "..", "shared", "data", "metr", "rebench_runs.jsonl");
const missing = because(existsSync(RUNS) ? null : `no ${RUNS}`);
const fixture = (topic: string) =>
  JSON.parse(readFileSync(join(packageFolder, "test", "fixtures", topic, "codeSize.json"), "utf8")) as Pick<CodeSize, "rows" | "fit">;

const codeSizeOf = (source: Source, changes: Partial<CodeSizeOptions> = {}) => codeSize(source, {...options(), ...changes});

/** The value with every number to be met to nine decimals. */
const close = (value: unknown): unknown =>
  typeof value === "number"
    ? expect.closeTo(value, 9)
    : typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, close(each)]))
      : value;

async function expectFixture(source: Source, topic: string): Promise<void> {
  const {rows, fit, fitReason, reason} = await codeSizeOf(source);
  const expected = fixture(topic);
  expect(rows).toEqual(expected.rows.map((row) => ({...(close(row) as object), reason: null})));
  expect(fit).toEqual(close(expected.fit));
  expect([fitReason, reason]).toEqual([null, null]);
}

it("of the sample data is that of an independent script", async () => {
  // made by test/fixtures/figures/make_bests.py
  await expectFixture(await sourceOfFiles([sampleFile]), "figures");
});

describe.skipIf(missing !== "")(`METR's runs${missing}`, () => {
  it("have the gaps and the line of an independent script", async () => {
    // made by test/fixtures/metr/make_figures.py
    await expectFixture(await sourceOfFiles([RUNS]), "metr");
  });
});

describe("by hand", () => {
  const budgetSeconds = 1800;
  const people = (score: number, environment: string) =>
    attemptsOf([score], {participant: PERSON, environment, timeLimitSeconds: budgetSeconds});
  /** 802, 180 and 746 lines of code. */
  const both = [
    ...people(0.8, "fix_embedding"),
    ...people(0.2, "optimize_kernel"),
    ...people(0.1, "rust_codecontests"),
    ...attemptsOf([0.3], {agent: "A"}),
    ...attemptsOf([0.6], {agent: "B"}),
    ...attemptsOf([0.5], {agent: "B", environment: "optimize_kernel"}),
    ...attemptsOf([0.5], {agent: "A", environment: "optimize_kernel"}),
    ...attemptsOf([0.1], {agent: "A", environment: "rust_codecontests"}),
  ];

  it("takes the agent with the highest score of each environment, of equal ones the first by name", async () => {
    const {rows, fit} = await codeSizeOf(await sourceOf(both), {budgetSeconds});
    expect(rows).toMatchObject([
      {environment: "fix_embedding", title: "Fix embedding", linesOfCode: 802, humanScore: 0.8, agentScore: 0.6, agentName: "B"},
      {environment: "optimize_kernel", linesOfCode: 180, humanScore: 0.2, agentScore: 0.5, agentName: "A"},
      {environment: "rust_codecontests", linesOfCode: 746, humanScore: 0.1, agentScore: 0.1, agentName: "A", gap: 0},
    ]);
    expect(rows.map(({gap}) => gap)).toEqual([expect.closeTo(0.2, 12), expect.closeTo(-0.3, 12), 0]);
    // through (802, 0.2), (180, −0.3), (746, 0): Python's fractions
    expect(fit).toEqual({
      slopePerLine: expect.closeTo(0.0006925909659110106, 12),
      intercept: expect.closeTo(-0.43226572969807536, 12),
      rSquared: expect.closeTo(0.8967230400742557, 12),
      points: 3,
    });
  });

  it("does not depend on the bootstrap, and says what the gap is", async () => {
    const source = await sourceOf(both);
    const {settings, ...one} = await codeSizeOf(source, {budgetSeconds, seed: 1});
    const {settings: _, ...other} = await codeSizeOf(source, {budgetSeconds, seed: 2, bootstrap: 50});
    expect(other).toEqual(one);
    expect(settings.command).toMatchObject({budgetSeconds, gap: expect.stringContaining("people's normalized score minus")});
  });

  it("keeps an environment that lacks something, says what, and has no line through two", async () => {
    const source = await sourceOf(both.slice(0, -1));
    const {rows, fit, fitReason, reason} = await codeSizeOf(source, {budgetSeconds});
    expect(rows[2]).toMatchObject({humanScore: 0.1, agentScore: null, agentName: null, gap: null, reason: "no agent has a score at 30m"});
    expect([fit, fitReason, reason]).toEqual([null, "a line needs 3 environments or more, there are 2", null]);
  });

  it("has no line where all references are of one size, and no point where none is known", async () => {
    const known = readCatalogue().environments;
    const withLines = (linesOfCode: number | null) =>
      catalogueOf(known.map((each) => ({...each, reference: linesOfCode === null ? null : {...each.reference!, linesOfCode}})));
    const same = await codeSizeOf(await sourceOf(both, withLines(5)), {budgetSeconds});
    expect(same).toMatchObject({fit: null, fitReason: "all references have the same number of lines", reason: null});
    const none = await codeSizeOf(await sourceOf(both, withLines(null)), {budgetSeconds});
    expect(none).toMatchObject({rows: [], fit: null, reason: expect.stringContaining("lines of code of its reference")});
  });

  it("refuses where there are no people, no agents, or no attempts that fit the budget", async () => {
    const source = await sourceOf(both);
    const reason = expect.stringContaining("no environment has scores of people and of an agent at");
    for (const changes of [{agents: ["A", "B"]}, {agents: ["human"]}, {budgetSeconds: 60}])
      expect(await codeSizeOf(source, {budgetSeconds, ...changes})).toMatchObject({rows: [], fit: null, fitReason: reason, reason});
  });
});
