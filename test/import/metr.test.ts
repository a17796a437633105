import {existsSync, readFileSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {describe, expect, it} from "vitest";
import {readCatalogue} from "../../src/environment/catalogue.js";
import {RebenchError} from "../../src/errors.js";
import {metrRow, readMetr} from "../../src/import/metr.js";
import type {FileContent, ImportContext} from "../../src/import/row.js";
import {attemptSchema} from "../../src/record/attempt.js";
import {because} from "../because.js";

const context: ImportContext = {catalogue: readCatalogue(), fileName: "runs.jsonl", humanTimeLimitSeconds: 28_800, columnMap: {}};
const attempts = ({rows}: FileContent) => rows.flatMap((row) => ("attempt" in row ? [row.attempt] : []));
const problems = ({rows}: FileContent) => rows.flatMap((row) => ("problems" in row ? row.problems : []));
const lines = (...values: object[]) => values.map((value) => JSON.stringify(value)).join("\n");

/** The first agent row of METR's file, and a human one. */
const agent = {
  run_id: "mp4-server_205615",
  task_id: "ai_rd_fix_embedding/main",
  score: 0.0000072849,
  time_limit: 1800,
  started_at: 1734070031112,
  completed_at: 1734071923976,
  task_family: "ai_rd_fix_embedding",
  alias: "Claude 3 Opus",
  model: "c3o",
  fatal_error_from: "usageLimits",
  human_minutes: 556.6,
  dollar_equivalent: null,
  total_tokens: null,
};
const human = {
  ...agent,
  run_id: 65,
  score: 0.4362074523,
  time_limit: 0,
  started_at: 0,
  completed_at: 28_800_000,
  alias: "human",
  model: "human",
  fatal_error_from: null,
  dollar_equivalent: 298.6,
  total_tokens: 63_984,
};

describe("a row", () => {
  it("of an agent", () => {
    expect(metrRow(agent, 1, context)).toEqual({
      attempt: attemptSchema.parse({
        schemaVersion: 1,
        id: "metr/mp4-server_205615",
        participant: {kind: "agent", alias: "Claude 3 Opus", model: "c3o"},
        environment: "fix_embedding",
        tier: "full",
        timeLimitSeconds: 1800,
        startedAt: "2024-12-13T06:07:11.112Z", // Python: datetime.fromtimestamp(1734070031.112, timezone.utc)
        endedAt: "2024-12-13T06:38:43.976Z",
        status: "finished",
        endReason: "usage-limits",
        scoreScale: "normalized",
        startingScore: 2.196224,
        referenceScore: 0.262364,
        finalScore: 0.0000072849,
        finalScoreRule: "reported",
        sourceFields: {
          task_id: "ai_rd_fix_embedding/main",
          fatal_error_from: "usageLimits",
          human_minutes: 556.6,
          dollar_equivalent: null,
          total_tokens: null,
        },
      }),
    });
  });

  it("of a person: working time from the duration, the limit assumed, no token usage", () => {
    expect(metrRow(human, 1, context)).toMatchObject({
      attempt: {
        id: "metr/65",
        participant: {kind: "human", person: null, cohort: null, yearsExperience: null},
        timeLimitSeconds: 28_800,
        timeLimitAssumed: true,
        workingSeconds: 28_800,
        startedAt: null,
        endedAt: null,
        endReason: null,
        tokenUsage: null,
        scoreLog: null,
        pauses: null,
        sourceFields: {total_tokens: 63_984, dollar_equivalent: 298.6},
      },
    });
  });

  it("keeps the limit of a person where there is one, and none for an agent without one", () => {
    expect(metrRow({...human, time_limit: 7200}, 1, context)).toMatchObject({attempt: {timeLimitSeconds: 7200, timeLimitAssumed: false}});
    expect(metrRow({...agent, time_limit: 0}, 1, context)).toMatchObject({attempt: {timeLimitSeconds: null, timeLimitAssumed: false}});
  });

  it("keeps times that it cannot place", () => {
    expect(metrRow({...agent, started_at: 0, completed_at: 5000}, 1, context)).toMatchObject({
      attempt: {startedAt: null, endedAt: null, workingSeconds: null, sourceFields: {started_at: 0, completed_at: 5000}},
    });
  });

  it("of a newer file, with score_cont", () => {
    const {score: _, ...rest} = agent;
    expect(metrRow({...rest, score_cont: 0.5, generation_cost: 1.5, task_source: "RE-Bench", nested: {a: 1}}, 1, context)).toMatchObject({
      attempt: {finalScore: 0.5, sourceFields: {generation_cost: 1.5, task_source: "RE-Bench"}},
    });
    expect(metrRow({...rest, score_cont: null}, 1, context)).toMatchObject({attempt: {finalScore: null, status: "finished"}});
    expect(metrRow(rest, 1, context)).toMatchObject({problems: [{field: "score", found: "nothing"}]});
  });

  it("has the constants that its scores were normalized with: for QA those of METR's later data", () => {
    expect(metrRow({...agent, task_family: "ai_rd_nanogpt_chat_rl"}, 1, context)).toMatchObject({
      attempt: {environment: "gpt2_qa_rl", startingScore: 0.54, referenceScore: 0.8149},
    });
    expect(metrRow({...agent, task_family: "ai_rd_small_scaling_law"}, 1, context)).toMatchObject({
      attempt: {environment: "scaling_law", startingScore: 0.24, referenceScore: 0.8},
    });
  });

  it.each([
    [null, "finished", null],
    ["usageLimits", "finished", "usage-limits"],
    ["agent", "finished", "agent"],
    ["server", "error", "server"],
    ["serverOrTask", "error", "serverOrTask"],
    ["task", "error", "task"],
    ["user", "error", "user"],
    ["toString", "error", "toString"],
  ])("that ended with fatal_error_from %s is %s", (fatal_error_from, status, endReason) => {
    expect(metrRow({...agent, fatal_error_from}, 1, context)).toMatchObject({attempt: {status, endReason}});
  });

  it.each([
    [{score: "0.5"}, "score", '"0.5"'],
    [{run_id: null}, "run_id", "null"],
    [{run_id: 1.5}, "run_id", "1.5"],
    [{alias: undefined}, "alias", "nothing"],
    [{time_limit: -1}, "time_limit", "-1"],
    [{started_at: 1e20}, "started_at", "100000000000000000000"],
    [{task_family: 3}, "task_family", "3"],
    [{task_family: "ai_rd_new_one"}, "task_family", "ai_rd_new_one"],
  ])("with %j is a problem", (change, field, found) => {
    expect(metrRow({...agent, ...change}, 7, context)).toEqual({problems: [{line: 7, field, found, expected: expect.any(String)}]});
  });
});

describe("a file", () => {
  it("counts rows of other tasks instead of importing or refusing them", () => {
    const content = readMetr(lines({...agent, task_family: "swaa_writing"}, agent, {task_family: "swaa_writing"}), context);
    expect(content.rows).toHaveLength(1);
    expect(content.rows[0]).toMatchObject({line: 2, text: JSON.stringify(agent)});
    expect(content.notes).toContain("2 rows of other tasks (swaa_writing) not imported.");
  });

  it("reports lines that are not JSON objects, and what NaN should be", () => {
    const content = readMetr(`\uFEFF{"run_id": 1, "score": NaN}\r\n\r\n[1]\n"text"\n${JSON.stringify(agent)}\r\n{"run_id`, context);
    expect(problems(content)).toMatchObject([
      {line: 1, field: null, expected: expect.stringContaining("NaN")},
      {line: 3, field: null},
      {line: 4, field: null},
      {line: 6, field: null},
    ]);
    expect(attempts(content)).toHaveLength(1);
  });

  it("that is empty is refused", () => {
    expect(() => readMetr("\n \n", context)).toThrow(RebenchError);
  });

  it("says what the source lacks", () => {
    const {notes} = readMetr(lines(agent, human, {...human, run_id: 66}, {...agent, run_id: "x", alias: "o1-preview"}), context);
    for (const lack of [
      /No score logs, pauses or token usage/,
      /No scaffold/,
      /wall clock/,
      /2 human attempts; 8h assumed/,
      /normalized, floored/,
      /0\.8149/,
      /December 2024/,
    ]) {
      expect(notes.join("\n")).toMatch(lack);
    }
  });

  it("with all scores up to 1 and three at exactly 1 is the rescaled snapshot", () => {
    const row = (score: number, i: number) => ({...agent, run_id: `r${i}`, score});
    const content = readMetr(lines(...[1, 0.2, 1, 1, 0].map(row)), context);
    for (const {startingScore, referenceScore, flags} of attempts(content)) {
      expect([startingScore, referenceScore]).toEqual([null, null]);
      expect(flags).toMatchObject([{flag: "rescaled", action: "add", author: "rebench import", time: null}]);
    }
    expect(content.notes.join()).toMatch(/later snapshot.*1\.6853.*flagged rescaled/);
    for (const scores of [
      [1, 1, 0.5],
      [1, 1, 1, 1.01],
      [0.3, 0.99],
    ]) {
      expect(attempts(readMetr(lines(...scores.map(row)), context)).flatMap(({flags}) => flags)).toEqual([]);
    }
  });
});

const file = fileURLToPath(new URL("../../../shared/data/metr/rebench_runs.jsonl", import.meta.url));

describe("METR's own file", () => {
  const absent = !existsSync(file);
  const why = because(absent ? `no ${file}` : null);
  const text = absent ? "" : readFileSync(file, "utf8");
  const count = (keys: readonly string[]) =>
    Object.fromEntries([...new Set(keys)].sort().map((key) => [key, keys.filter((k) => k === key).length]));

  it.skipIf(absent)(`imports whole: 1,715 agent runs and 93 human attempts${why}`, () => {
    const content = readMetr(text, context);
    expect(problems(content)).toEqual([]);
    const all = attempts(content);
    // jq -r '[.task_family, (.alias == "human")] | @csv' rebench_runs.jsonl | sort | uniq -c
    expect(count(all.filter(({participant}) => participant.kind === "agent").map(({environment}) => environment))).toEqual({
      fix_embedding: 241,
      gpt2_qa_rl: 221,
      optimize_kernel: 308,
      optimize_llm_foundry: 205,
      restricted_mlm: 196,
      rust_codecontests: 316,
      scaling_law: 228,
    });
    expect(count(all.filter(({participant}) => participant.kind === "human").map(({environment}) => environment))).toEqual({
      fix_embedding: 17,
      gpt2_qa_rl: 12,
      optimize_kernel: 10,
      optimize_llm_foundry: 17,
      restricted_mlm: 12,
      rust_codecontests: 14,
      scaling_law: 11,
    });
    expect(all).toHaveLength(1808);
    expect(new Set(all.map(({id}) => id)).size).toBe(1808);
    expect(all.flatMap(({flags}) => flags)).toEqual([]);
    expect(Math.max(...all.map(({finalScore}) => finalScore!))).toBe(7.8571428571);
    expect(content.notes.join()).toContain("93 human attempts; 8h assumed");
  });

  it.skipIf(absent)(`has people's working time from 3.98 h to 136.5 h, as its README says${why}`, () => {
    const hours = attempts(readMetr(text, context)).flatMap(({workingSeconds}) => (workingSeconds === null ? [] : [workingSeconds / 3600]));
    expect(hours).toHaveLength(93);
    expect(Math.max(...hours)).toBeCloseTo(136.5, 1);
    expect(Math.min(...hours)).toBeCloseTo(3.98, 1);
  });

  it.skipIf(absent)(`is recognised after the rescaling of the later snapshot${why}`, () => {
    const multipliers: Record<string, number> = {
      ai_rd_fix_embedding: 1.6853,
      ai_rd_nanogpt_chat_rl: 1.2337,
      ai_rd_optimize_llm_foundry: 2.7964,
      ai_rd_restricted_mlm: 1.5429,
      ai_rd_rust_codecontests_inference: 2.0064,
      ai_rd_small_scaling_law: 2.0625,
      ai_rd_triton_cumsum: 1.1609,
    };
    const rescale = (row: {task_family: string; score: number}) => ({
      ...row,
      score: Math.min(1, row.score * multipliers[row.task_family]!),
    });
    const variant = text
      .trim()
      .split("\n")
      .map((line) => rescale(JSON.parse(line)));
    expect(attempts(readMetr(lines(...variant), context)).every(({flags}) => flags[0]?.flag === "rescaled")).toBe(true);
    for (const family of Object.keys(multipliers)) {
      const original = text
        .trim()
        .split("\n")
        .filter((line) => line.includes(family))
        .join("\n");
      expect(attempts(readMetr(original, context)).flatMap(({flags}) => flags)).toEqual([]);
      const part = variant.filter((row) => row.task_family === family);
      expect(attempts(readMetr(lines(...part), context))[0]!.flags).toHaveLength(1);
    }
  });
});
