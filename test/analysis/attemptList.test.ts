import {expect, it} from "vitest";
import {type AttemptFilter, attemptList} from "../../src/analysis/attemptList.js";
import type {AttemptInput} from "../../src/record/attempt.js";
import {attempt, sourceOf, withoutTierSmall} from "./stores.js";

const listOf = async (attempts: AttemptInput[], filter: Partial<AttemptFilter> = {}) =>
  attemptList(await sourceOf(attempts), {agents: null, environments: null, withFlag: null, top: null, ...filter});

const kernel = (finalScore: number | null, fields: Partial<AttemptInput> = {}) =>
  attempt({environment: "optimize_kernel", scoreScale: "raw", finalScore, ...fields});

it("lists attempts best first in natural units: ln 1.6 ms is 1.6 ms", async () => {
  const rows = await listOf([kernel(null), kernel(1.56), kernel(Math.log(1.6)), kernel(0.47)]);
  expect(rows.map(({naturalScore}) => naturalScore?.toFixed(2) ?? null)).toEqual(["1.60", "1.60", "4.76", null]);
  expect(rows.map(({normalizedScore}) => normalizedScore?.toFixed(3) ?? null)).toEqual(["1.000", "1.000", "0.000", null]);
  expect(rows[0]!.naturalUnit).toBe("ms");
});

it("undoes the normalization of a source that states its constants, unless its floor took the score away", async () => {
  const own = {environment: "gpt2_qa_rl", startingScore: 0.54, referenceScore: 0.8149};
  const rows = await listOf([attempt({...own, finalScore: 1}), attempt({...own, finalScore: 0}), attempt({environment: "gpt2_qa_rl"})]);
  expect(rows.map(({naturalScore}) => naturalScore?.toFixed(4) ?? null)).toEqual(["0.8149", null, null]);
});

it("keeps the best of each environment, those of an agent, those with a flag", async () => {
  const records = [kernel(1.0), kernel(0.5, {flags: [{flag: "odd"}]}), attempt({agent: "B", finalScore: 0.9}), attempt({finalScore: 0.1})];
  const scores = async (filter: Partial<AttemptFilter>) => (await listOf(records, filter)).map(({normalizedScore}) => normalizedScore);
  expect(await scores({top: 1})).toEqual([0.9, expect.closeTo((1.56 - 0.5) / (1.56 - 0.47), 12)]);
  expect(await scores({agents: ["B"]})).toEqual([0.9]);
  expect(await scores({withFlag: "odd"})).toHaveLength(1);
  expect(await scores({environments: ["ai_rd_triton_cumsum"]})).toHaveLength(2);
});

it("has no normalized score where a tier has no constants and the record none of its own", async () => {
  const source = await sourceOf([kernel(1, {tier: "small"})], withoutTierSmall());
  const rows = await attemptList(source, {agents: null, environments: null, withFlag: null, top: null});
  expect(rows).toMatchObject([{normalizedScore: null, naturalScore: Math.E}]);
});

it("shows the score that counts: an entry after the limit does not", async () => {
  const scoreLog = [
    {workingSeconds: 1000, score: 1.2},
    {workingSeconds: 1900, score: 0.3}, // later than 30 min + 1 %
  ];
  const late = kernel(0.3, {timeLimitSeconds: 1800, finalScoreRule: "best", scoreLog});
  expect((await listOf([late]))[0]!.normalizedScore).toBeCloseTo((1.56 - 1.2) / (1.56 - 0.47), 12);
});
