import {expect, it} from "vitest";
import {attemptUsage} from "../../src/store/attemptUsage.js";
import {attempt, sourceOf} from "../analysis/stores.js";

const tokenUsage = [{model: "m", input: 5, output: null, cacheRead: 0, cacheWrite: null, reasoning: null}];
const records = [
  attempt({id: "b", agent: "A", tokenUsage, nominalCostUsd: 1.25, actualCostUsd: 0, startedAt: "2025-02-03T04:05:06Z"}),
  attempt({id: "a", agent: "B", environment: "optimize_kernel"}),
  attempt({id: "c", agent: "A", tokenUsage: []}),
];
const nothing = {tokenUsage: null, actualCostUsd: null, nominalCostUsd: null, startedAt: null};
const expected = [
  {attemptId: "a", ...nothing},
  {attemptId: "b", tokenUsage, actualCostUsd: 0, nominalCostUsd: 1.25, startedAt: "2025-02-03T04:05:06Z"},
  {attemptId: "c", ...nothing, tokenUsage: []},
];

it("gives what records say of usage and cost, by id; null stays null and 0 stays 0", async () => {
  const {connection} = await sourceOf(records);
  expect(await attemptUsage(connection, {agents: null, environments: null})).toEqual(expected);
});

it("of some agents and environments alone", async () => {
  const {connection} = await sourceOf(records);
  const ids = async (agents: string[] | null, environments: string[] | null) =>
    (await attemptUsage(connection, {agents, environments})).map(({attemptId}) => attemptId);
  expect(await ids(["A"], null)).toEqual(["b", "c"]);
  expect(await ids(null, ["optimize_kernel"])).toEqual(["a"]);
  expect(await ids(["A"], ["optimize_kernel"])).toEqual([]);
});
