import {mkdirSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {DuckDBInstance} from "@duckdb/node-api";
import {describe, expect, it} from "vitest";
import {readCatalogue} from "../../src/environment/catalogue.js";
import type {AttemptInput} from "../../src/record/attempt.js";
import {newFolder, rebench, tooWide} from "./rebench.js";

const folder = newFolder();
const HOUR = 3600;

const attempt = (id: string, agent: string, fields: Partial<AttemptInput> = {}): AttemptInput => ({
  schemaVersion: 1,
  id,
  participant: {kind: "agent", alias: agent},
  environment: "fix_embedding",
  timeLimitSeconds: 8 * HOUR,
  status: "finished",
  scoreScale: "normalized",
  finalScore: 0.5,
  finalScoreRule: "best",
  ...fields,
});

async function storeOf(name: string, attempts: readonly AttemptInput[], more: readonly string[] = []): Promise<string> {
  writeFileSync(join(folder, `${name}.jsonl`), attempts.map((each) => `${JSON.stringify(each)}\n`).join(""));
  const {status, stderr} = await rebench(folder, ["import", `${name}.jsonl`, "--store", `${name}.duckdb`, ...more]);
  expect([status, stderr]).toEqual([0, expect.any(String)]);
  return `${name}.duckdb`;
}

describe("names of thousands of characters", () => {
  it.each([
    ["one word", "x".repeat(8000)],
    ["many words", "a-b c/d ".repeat(1000)],
  ])("do not stall a table, and do not make two agents one: %s", async (title, name) => {
    const store = await storeOf(title.replace(" ", "-"), [attempt("one", "1"), attempt("two", "2", {finalScore: 0.25})]);
    const instance = await DuckDBInstance.create(join(folder, store)); // import refuses such names: a store of an earlier version
    const connection = await instance.connect();
    await connection.run("update attempts set agent = $name || agent", {name});
    connection.closeSync();
    instance.closeSync();
    for (const command of ["analyze", "score-at-k"]) {
      const start = performance.now();
      const {status, stdout} = await rebench(folder, [command, "--store", store, "--bootstrap", "100"]);
      expect(performance.now() - start).toBeLessThan(3000);
      expect([status, tooWide(stdout)]).toEqual([0, []]);
      expect(stdout.match(/0\.(500|250)/g)).toEqual(["0.500", "0.250"]);
    }
  });
});

it("score-at-k says of which longer attempts a row is", async () => {
  const scoreLog = [{workingSeconds: 600, score: 0.5}];
  const store = await storeOf("slices", [attempt("a", "A", {scoreLog}), attempt("b", "A", {scoreLog, timeLimitSeconds: 2 * HOUR})]);
  const {stdout} = await rebench(folder, ["score-at-k", "--time-limits", "1h", "--store", store, "--bootstrap", "0"]);
  expect(stdout).toContain("1h† of 2h");
  expect(stdout).toContain("1h† of 8h");
});

it("attempts ID has natural units where the store alone knows the environment", async () => {
  const secret = {...readCatalogue().find("optimize_kernel")!, name: "secret", aliases: []};
  mkdirSync(join(folder, "mine", "secret"), {recursive: true});
  writeFileSync(join(folder, "mine", "secret", "environment.json"), JSON.stringify(secret));
  const record = attempt("s", "A", {environment: "secret", scoreScale: "raw", finalScore: 0});
  const store = await storeOf("secret", [record], ["--environments-dir", "mine"]);
  expect((await rebench(folder, ["attempts", "s", "--store", store])).stdout).toContain("1 ms (0 raw)");
});
