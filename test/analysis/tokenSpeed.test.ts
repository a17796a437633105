import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import type {Source} from "../../src/analysis/context.js";
import type {AnalysisOptions} from "../../src/analysis/settings.js";
import {type TokenSpeedRow, tokenSpeed} from "../../src/analysis/tokenSpeed.js";
import {packageFolder, sampleFile} from "../../src/assets.js";
import type {AttemptInput} from "../../src/record/attempt.js";
import {because} from "../because.js";
import {attempt, options, otherWarnings, PERSON, sourceOf, sourceOfFiles} from "./stores.js";

const RUNS = join(packageFolder, "..", "shared", "data", "metr", "rebench_runs.jsonl");
const missing = because(existsSync(RUNS) ? null : `no ${RUNS}`);

const speedOf = (source: Source, changes: Partial<AnalysisOptions> = {}) => tokenSpeed(source, options(changes));

/** An attempt with so many output tokens. */
const paced = (output: number | null, generatingSeconds: number | null, fields: Partial<AttemptInput> & {agent?: string} = {}) =>
  attempt({tokenUsage: [{model: "m", output}], generatingSeconds, workingSeconds: 1000, ...fields});

it("of the sample data is that of an independent script", async () => {
  // made by test/fixtures/figures/make_pace.py
  const file = join(packageFolder, "test", "fixtures", "figures", "tokenSpeed.json");
  const expected = JSON.parse(readFileSync(file, "utf8")) as TokenSpeedRow[];
  const {rows, reason} = await speedOf(await sourceOfFiles([sampleFile]));
  const close = (value: unknown) => (typeof value === "number" ? expect.closeTo(value, 8) : value);
  expect(rows).toEqual(expected.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, close(value)]))));
  expect(reason).toBeNull();
});

describe.skipIf(missing !== "")(`METR's runs${missing}`, () => {
  it("have no pace, and it says what is missing", async () => {
    const {rows, reason, warnings} = await speedOf(await sourceOfFiles([RUNS]));
    expect([rows, warnings]).toEqual([[], []]);
    expect(reason).toMatch(/^no attempt by an agent records both output tokens \(tokenUsage\) and the time spent generating/);
  });
});

describe("by hand", () => {
  it("divides sums, not means of ratios, and has quartiles over attempts", async () => {
    // 10, 20 and 40 tokens a second; 10 %, 20 % and 30 % of the time
    const {rows} = await speedOf(await sourceOf([paced(1000, 100), paced(4000, 200), paced(12_000, 300)]));
    expect(rows).toEqual([
      {
        agent: "A",
        tokensPerSecond: 17_000 / 600,
        tokensPerSecondLow: 15,
        tokensPerSecondHigh: 30,
        generatingShare: 0.2,
        generatingShareLow: expect.closeTo(0.15, 12),
        generatingShareHigh: expect.closeTo(0.25, 12),
        attempts: 3,
        attemptsWithout: 0,
      },
    ]);
  });

  it("adds up the models of an attempt, and with one attempt the quartiles are its own ratio", async () => {
    const tokenUsage = [
      {model: "m", output: 100, input: 9000, reasoning: 50},
      {model: "n", output: 20},
    ];
    const {rows} = await speedOf(await sourceOf([paced(0, 60, {tokenUsage})]));
    expect(rows).toMatchObject([{tokensPerSecond: 2, tokensPerSecondLow: 2, tokensPerSecondHigh: 2, generatingShare: 0.06}]);
  });

  it("leaves out, and counts, attempts that lack tokens of any model or time; 0 seconds are none", async () => {
    const source = await sourceOf([
      paced(100, 10),
      paced(null, 10),
      paced(100, null),
      paced(100, 0),
      paced(1, 10, {tokenUsage: null}),
      paced(1, 10, {tokenUsage: []}),
      paced(1, 10, {tokenUsage: [{model: "m", output: 5}, {model: "n"}]}),
      paced(null, 10, {agent: "B"}),
    ]);
    const {rows, warnings} = await speedOf(source);
    expect(rows).toMatchObject([{agent: "A", tokensPerSecond: 10, attempts: 1, attemptsWithout: 6}]);
    expect(otherWarnings(warnings).map(({code, agent, message}) => [code, agent, message])).toEqual([
      ["no-pace", "A", "A: 6 of 7 attempts record no output tokens or no generating time, and are left out"],
      ["no-pace", "B", "B: 1 of 1 attempts record no output tokens or no generating time, and are left out"],
    ]);
  });

  it("has a speed without a share where the time worked is not recorded, and a share above 1 where answers overlapped", async () => {
    const source = await sourceOf([paced(100, 10, {workingSeconds: null}), paced(100, 30, {agent: "B", workingSeconds: 20})]);
    expect((await speedOf(source)).rows).toMatchObject([
      {agent: "A", tokensPerSecond: 10, generatingShare: null, generatingShareLow: null, generatingShareHigh: null},
      {agent: "B", generatingShare: 1.5},
    ]);
  });

  it("honours the selection: agents, environments, errors, flags that exclude", async () => {
    const source = await sourceOf([
      paced(10, 1),
      paced(20, 1, {environment: "optimize_kernel"}),
      paced(30, 1, {status: "error"}),
      paced(40, 1, {flags: [{flag: "odd"}]}),
      paced(50, 1, {agent: "B"}),
      attempt({participant: PERSON, timeLimitSeconds: 28_800}),
    ]);
    const speed = async (changes: Partial<AnalysisOptions>) =>
      (await speedOf(source, changes)).rows.map((row) => [row.agent, row.tokensPerSecond]);
    expect(await speed({})).toEqual([
      ["A", 70 / 3],
      ["B", 50],
    ]);
    expect(await speed({agents: ["B"]})).toEqual([["B", 50]]);
    expect(await speed({environments: ["optimize_kernel"]})).toEqual([["A", 20]]);
    expect(await speed({errors: "zero", agents: ["A"]})).toEqual([["A", 25]]);
    expect(await speed({flagged: {odd: "exclude"}, agents: ["A"]})).toEqual([["A", 15]]);
    expect(await speed({flagged: {odd: "zero"}, agents: ["A"]})).toEqual([["A", 70 / 3]]); // the score is 0, not the pace
  });

  it("says so where no agent is selected", async () => {
    const source = await sourceOf([attempt({participant: PERSON, timeLimitSeconds: 28_800})]);
    expect(await speedOf(source)).toMatchObject({rows: [], reason: "there are no attempts by agents in the selection"});
  });
});
