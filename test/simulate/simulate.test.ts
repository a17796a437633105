import {createHash} from "node:crypto";
import {readFileSync} from "node:fs";
import {join} from "node:path";
import {gunzipSync} from "node:zlib";
import {expect, it} from "vitest";
import {packageFolder, sampleFile} from "../../src/assets.js";
import {findEnvironment, readCatalogue} from "../../src/environment/catalogue.js";
import {agentLabel} from "../../src/record/agentLabel.js";
import {attemptSchema} from "../../src/record/attempt.js";
import {simulate} from "../../src/simulate/simulate.js";
import {mean, scoreAt} from "./headline.js";

const catalogue = readCatalogue();
const attempts = [...simulate({seed: 1, catalogue})];
const people = attempts.filter(({participant}) => participant.kind === "human");
const agents = attempts.filter(({participant}) => participant.kind === "agent");
const tally = (keys: readonly string[]) => Object.fromEntries([...new Set(keys)].map((key) => [key, keys.filter((k) => k === key).length]));

it("is the bundled sample for seed 1, line by line in canonical form", () => {
  const lines = gunzipSync(readFileSync(sampleFile)).toString("utf8").split("\n");
  expect(lines.pop()).toBe("");
  expect(lines.length).toBe(attempts.length);
  for (const [i, line] of lines.entries()) expect(line).toBe(JSON.stringify(attemptSchema.parse(attempts[i])));
});

it("is a file of at most 2 MB whose checksum data/README.md gives", () => {
  const bytes = readFileSync(sampleFile);
  expect(bytes.length).toBeLessThanOrEqual(2e6);
  expect(readFileSync(join(packageFolder, "data", "README.md"), "utf8")).toContain(createHash("sha256").update(bytes).digest("hex"));
});

it("has 71 human attempts by 61 people in the published cohorts and environments", () => {
  // arXiv 2411.15114: Table 5 (cohorts), Table 6 (environments)
  const cohorts = people.map(({participant}) => (participant.kind === "human" ? participant.cohort! : ""));
  const names = people.map(({participant}) => (participant.kind === "human" ? participant.person! : ""));
  expect(tally(cohorts)).toEqual({hiring: 45, network: 17, students: 9});
  expect(tally(people.map(({environment}) => environment))).toEqual({
    scaling_law: 8,
    optimize_kernel: 9,
    fix_embedding: 13,
    rust_codecontests: 11,
    restricted_mlm: 11,
    optimize_llm_foundry: 8,
    gpt2_qa_rl: 11,
  });
  expect(new Set(names).size).toBe(61);
  expect(new Set(people.map(({environment}, i) => `${names[i]} ${environment}`)).size).toBe(71);
});

it("describes a person the same in both attempts", () => {
  const described = people.map(({participant}) => JSON.stringify(participant));
  expect(new Set(described).size).toBe(61);
});

it("has four agents with attempts enough for 32 hours at more than one time limit", () => {
  expect(new Set(agents.map(({participant}) => agentLabel(participant))).size).toBe(4);
  const kept = agents.filter(({status}) => status === "finished");
  const cells = tally(
    kept.map(({participant, environment, timeLimitSeconds}) => `${agentLabel(participant)} ${timeLimitSeconds} ${environment}`),
  );
  for (const [cell, count] of Object.entries(cells)) {
    expect(count).toBeGreaterThanOrEqual(cell.includes(" 28800 ") ? 4 : 16);
    if (cell.startsWith("Modular (synthetic-model-a) 1800 ")) expect(count).toBeGreaterThanOrEqual(64);
  }
});

it("says synthetic in every record, and in every name", () => {
  for (const {id, participant, sourceFields, host} of attempts) {
    expect(id).toMatch(/^synthetic\/1\/\d{4}$/);
    expect(sourceFields).toEqual({synthetic: true});
    expect(host).toEqual({gpu: "synthetic"});
    expect(participant.kind === "human" ? participant.person : agentLabel(participant)).toContain("synthetic");
  }
  expect(new Set(attempts.map(({id}) => id)).size).toBe(attempts.length);
});

it("keeps every time within the time worked, and that within the limit", () => {
  for (const {timeLimitSeconds, workingSeconds, scoreLog, pauses, generatingSeconds} of attempts) {
    expect(workingSeconds).toBeLessThanOrEqual(timeLimitSeconds!);
    const times = [
      ...scoreLog!.map((entry) => entry.workingSeconds),
      ...pauses!.map((pause) => pause.atWorkingSeconds),
      generatingSeconds ?? 0,
    ];
    expect(Math.max(...times)).toBeLessThanOrEqual(workingSeconds!);
  }
});

it("ends with the score that the environment's rule gives on the score log", () => {
  for (const {environment, scoreLog, finalScore, finalScoreRule} of attempts) {
    const {direction, scoreRule} = findEnvironment(catalogue, environment);
    const valid = scoreLog!.flatMap(({score}) => (score === null ? [] : [score]));
    const best = direction === "lower" ? Math.min(...valid) : Math.max(...valid);
    expect(finalScoreRule).toBe(scoreRule);
    expect(finalScore).toBe(valid.length === 0 ? null : scoreRule === "last" ? valid.at(-1) : best);
  }
});

it("holds attempts that were lost, that ended early, that never scored, and that ended below the start", () => {
  const below = agents.filter(({finalScore, startingScore, referenceScore}) => {
    return finalScore !== null && (finalScore - startingScore!) / (referenceScore! - startingScore!) < 0;
  });
  expect(below.length).toBeGreaterThan(0);
  expect(attempts.some(({status}) => status === "error")).toBe(true);
  expect(people.every(({status}) => status === "finished")).toBe(true);
  expect(attempts.some(({endReason}) => endReason === "submitted")).toBe(true);
  expect(attempts.some(({finalScore, scoreLog}) => finalScore === null && scoreLog!.length > 0)).toBe(true);
});

it("has the published calls per hour, tokens and cost", () => {
  const perHour = (group: typeof attempts) => {
    const hours = group.reduce((sum, {workingSeconds}) => sum + workingSeconds! / 3600, 0);
    return group.reduce((sum, {scoreLog}) => sum + scoreLog!.length, 0) / hours;
  };
  const full = agents.filter(({workingSeconds}) => workingSeconds === 28800);
  // arXiv 2411.15114: 3.4, 25.3 and 36.8 calls an hour; 29 M input and 499 k output tokens and $123 for 8 hours
  expect(Math.abs(perHour(people) / 3.4 - 1)).toBeLessThan(0.1);
  expect(Math.abs(perHour(agents.filter(({participant}) => agentLabel(participant).startsWith("Modular"))) / 25.3 - 1)).toBeLessThan(0.05);
  expect(Math.abs(perHour(agents.filter(({participant}) => agentLabel(participant).startsWith("AIDE"))) / 36.8 - 1)).toBeLessThan(0.05);
  expect(Math.abs(mean(full.map(({tokenUsage}) => tokenUsage![0]!.input!)) / 29e6 - 1)).toBeLessThan(0.1);
  expect(Math.abs(mean(full.map(({tokenUsage}) => tokenUsage![0]!.output!)) / 499e3 - 1)).toBeLessThan(0.1);
  expect(Math.abs(mean(full.map(({nominalCostUsd}) => nominalCostUsd!)) / 123 - 1)).toBeLessThan(0.1);
});

it("draws the same attempt whichever others are drawn, and others for another seed", () => {
  expect([...simulate({seed: 1, attempts: 300, catalogue})]).toEqual(attempts.slice(0, 300));
  expect([...simulate({seed: 2, attempts: 1, catalogue})][0]!.scoreLog).not.toEqual(attempts[0]!.scoreLog);
});

it("repeats the agents, never the people, for more attempts, and draws each anew", () => {
  const more = [...simulate({seed: 1, attempts: attempts.length + 5, maxLogEntries: 5, catalogue})];
  const [again, first] = [more[attempts.length]!, more[71]!];
  expect(more.slice(71).every(({participant}) => participant.kind === "agent")).toBe(true);
  expect([again.participant, again.environment, again.timeLimitSeconds]).toEqual([
    first.participant,
    first.environment,
    first.timeLimitSeconds,
  ]);
  expect(again.scoreLog).not.toEqual(first.scoreLog);
  expect(more.every(({scoreLog}) => scoreLog!.length <= 5)).toBe(true);
  for (const [i, attempt] of attempts.entries()) expect(scoreAt(more[i]!)).toBe(scoreAt(attempt));
  expect(attemptSchema.parse(again)).toEqual(again);
});

it.each([{seed: 0.5}, {seed: 1, attempts: -1}, {seed: 1, maxLogEntries: 0}])("refuses %j", (options) => {
  expect(() => simulate(options).next()).toThrow(/must be an integer/);
});
