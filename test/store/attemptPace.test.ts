import {expect, it} from "vitest";
import {attemptExperience} from "../../src/store/attemptExperience.js";
import {attemptPace} from "../../src/store/attemptPace.js";
import {attempt, sourceOf} from "../analysis/stores.js";

const tokenUsage = [{model: "m", input: 5, output: null, cacheRead: 0, cacheWrite: null, reasoning: null}];
const records = [
  attempt({id: "b", tokenUsage, generatingSeconds: 0, workingSeconds: 12.5}),
  attempt({id: "a", agent: "B"}),
  attempt({id: "d", participant: {kind: "human", person: "p", yearsExperience: 0}, generatingSeconds: 1}),
  attempt({id: "c", participant: {kind: "human"}}),
];

it("gives what records of agents say of their pace, by id; null stays null and 0 stays 0", async () => {
  const {connection} = await sourceOf(records);
  expect(await attemptPace(connection, {agents: null})).toEqual([
    {attemptId: "a", tokenUsage: null, generatingSeconds: null, workingSeconds: null},
    {attemptId: "b", tokenUsage, generatingSeconds: 0, workingSeconds: 12.5},
  ]);
  expect(await attemptPace(connection, {agents: ["B"]})).toMatchObject([{attemptId: "a"}]);
  expect(await attemptPace(connection, {agents: []})).toEqual([]);
});

it("gives people's years of experience, by id; null where a record does not say", async () => {
  const {connection} = await sourceOf(records);
  expect(await attemptExperience(connection)).toEqual([
    {attemptId: "c", yearsExperience: null},
    {attemptId: "d", yearsExperience: 0},
  ]);
});
