import {execFileSync} from "node:child_process";
import {existsSync, mkdirSync, readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {expect, it} from "vitest";
import {newFolder, rebench, tooWide} from "./rebench.js";

const folder = newFolder();
const FEW = ["--bootstrap", "50"];

function subfolder(name: string): string {
  mkdirSync(join(folder, name));
  return join(folder, name);
}

/** Run records of one agent with these normalized scores: raw ones at most a tenth, so that none is over the estimated ceiling. */
function records(agent: string, scores: readonly number[]): string {
  const record = (score: number, i: number) => ({
    schemaVersion: 1,
    id: `${agent}/${i + 1}`,
    participant: {kind: "agent", model: agent, scaffold: null, alias: null},
    environment: "rust_codecontests",
    timeLimitSeconds: 1800,
    status: "finished",
    scoreScale: "raw",
    startingScore: 0,
    referenceScore: 0.125,
    finalScore: score * 0.125,
    finalScoreRule: "reported",
  });
  return scores.map((score, i) => `${JSON.stringify(record(score, i))}\n`).join("");
}

it("the README's three commands take a user from a template to a table of their own data", async () => {
  const here = subfolder("walk");
  const template = await rebench(here, ["import", "--template", "human-csv"]);
  writeFileSync(join(here, "people.csv"), template.stdout);
  await rebench(here, ["simulate", "--attempts", "60", "-o", "runs.jsonl"]);
  const imported = await rebench(here, ["import", "people.csv", "runs.jsonl"]);
  expect([imported.status, tooWide(imported.stdout)]).toEqual([0, []]);
  expect(imported.stdout).toMatch(/^people\.csv \(human-csv, 2 rows\): 2 new, in rebench\.duckdb$/m);
  expect(imported.stdout).toMatch(/^runs\.jsonl \(records, 60 rows\): 60 new, in rebench\.duckdb$/m);
  const again = await rebench(here, ["import", "people.csv", "runs.jsonl"]);
  expect(again.stdout).toMatch(/people\.csv \(human-csv, 2 rows\): 0 new, 2 already there/);
  const {status, stdout} = await rebench(here, ["analyze", "--budgets", "2h,8h,32h", ...FEW]);
  expect([status, tooWide(stdout)]).toEqual([0, []]);
  expect(stdout).toMatch(/^Data: \d+ attempts in rebench\.duckdb\.$/m);
  expect(stdout).toMatch(/^human +/m);
});

it("import --list shows the sources, --remove takes one out", async () => {
  const here = subfolder("sources");
  writeFileSync(join(here, "a.jsonl"), records("a", [0.1, 0.2]));
  writeFileSync(join(here, "b.jsonl"), records("b", [0.3]));
  const imported = JSON.parse((await rebench(here, ["import", "a.jsonl", "b.jsonl", "--json"])).stdout);
  expect(imported.files.map(({fileName, added}: {fileName: string; added: number}) => [fileName, added])).toEqual([
    ["a.jsonl", 2],
    ["b.jsonl", 1],
  ]);
  expect((await rebench(here, ["import", "--list"])).stdout).toMatch(/1 {2}a\.jsonl {2}records +2 .*\n +2 {2}b\.jsonl/);
  const removed = await rebench(here, ["import", "--remove", "a.jsonl"]);
  expect([removed.status, removed.stdout]).toEqual([0, "Removed a.jsonl (source 1): 2 attempts and 0 flag decisions.\n"]);
  expect(JSON.parse((await rebench(here, ["import", "--list", "--json"])).stdout).sources).toMatchObject([{fileName: "b.jsonl"}]);
});

it("a flag of cheating counts 0, is shown with its author, and can be taken back", async () => {
  const here = subfolder("flags");
  writeFileSync(join(here, "runs.jsonl"), records("model-x", [1, 0.5]));
  await rebench(here, ["import", "runs.jsonl"]);
  const scoreAt1 = async (...more: string[]) => {
    const {stdout} = await rebench(here, ["score-at-k", "--k", "1", "--json", ...FEW, ...more]);
    return JSON.parse(stdout) as {rows: {score: number}[]; warnings: {code: string; message: string}[]};
  };
  expect((await scoreAt1()).rows[0]!.score).toBe(0.75); // (1 + 0.5) / 2
  const reason = ["--reason", "copied the reference", "--author", "ann"];
  const flagged = await rebench(here, ["flag", "model-x/1", "cheating", ...reason]);
  expect([flagged.status, flagged.stdout]).toEqual([0, "model-x/1: cheating set; it now carries cheating.\n"]);
  const after = await scoreAt1();
  expect(after.rows[0]!.score).toBe(0.25); // (0 + 0.5) / 2
  expect(after.warnings.map(({code}) => code)).toEqual(expect.arrayContaining(["flagged-zero", "flagged-moves"]));
  expect((await scoreAt1("--flagged", "cheating=exclude")).rows[0]!.score).toBe(0.5);
  expect((await scoreAt1("--flagged", "cheating=keep")).rows[0]!.score).toBe(0.75);
  const moved = (await rebench(here, ["analyze", "--budgets", "30m", ...FEW])).stderr
    .split("\n")
    .filter((line) => line.includes("without"));
  expect(moved).toEqual(["note: model-x at 30m (30m@1): 0.250; without the 1 flagged attempt it would be 0.500"]);
  await rebench(here, ["flag", "model-x/1", "cheating", "--remove", "--reason", "it had not", "--author", "bo"]);
  const {stdout} = await rebench(here, ["attempts", "model-x/1"]);
  expect(stdout).toMatch(/cheating set by ann, .*Z: copied the reference\n +cheating taken back by bo, .*Z: it had not/);
  expect((await scoreAt1()).rows[0]!.score).toBe(0.75);
});

it("export, import into an empty store, export again: the same bytes", async () => {
  const here = subfolder("round");
  await rebench(here, ["simulate", "--attempts", "30", "--seed", "3", "-o", "s.jsonl.gz"]);
  await rebench(here, ["import", "s.jsonl.gz"]);
  const id = "synthetic/3/0001";
  await rebench(here, ["flag", id, "cheating", "--reason", "ü", "--author", "ann"]);
  await rebench(here, ["flag", id, "cheating", "--remove", "--reason", "no", "--author", "ann"]);
  const first = await rebench(here, ["export", "--format", "records"]);
  expect(first.stdout.split("\n").filter((line) => line !== "")).toHaveLength(30);
  expect(first.stdout).toContain('"reason":"ü"');
  writeFileSync(join(here, "e.jsonl"), first.stdout);
  await rebench(here, ["import", "e.jsonl", "--store", "other.duckdb"]);
  const second = await rebench(here, ["export", "--store", "other.duckdb", "-o", "e2.jsonl"]);
  expect([second.stdout, second.stderr]).toEqual(["", "30 attempts written to e2.jsonl\n"]);
  expect(readFileSync(join(here, "e2.jsonl"), "utf8")).toBe(first.stdout);
});

it("long names of agents go over several lines, so that tables stay within 80 columns", async () => {
  const here = subfolder("wide");
  const agent = "an-organisation/an-agent-with-a-name-of-more-than-eighty-columns-of-a-terminal-in-its-model-card v1";
  writeFileSync(
    join(here, "runs.jsonl"),
    records(agent, [1, 0.5]) + records("模型模型模型模型模型模型模型模型模型模型模型模型模型模型", [0.2]),
  );
  const imported = await rebench(here, ["import", "runs.jsonl"]);
  expect(tooWide(imported.stdout)).toEqual([]);
  for (const args of [["analyze", "--budgets", "30m,1h,2h,4h,8h", ...FEW], ["score-at-k", ...FEW], ["attempts"]]) {
    const {status, stdout} = await rebench(here, args);
    expect([status, tooWide(stdout)]).toEqual([0, []]);
    expect(stdout.replace(/ {2}.*$/gm, "").replace(/\s/g, "")).toContain(
      args[0] === "attempts" ? "" : "an-organisation/an-agent-with-a-name",
    );
  }
});

it("text of a record cannot write to the terminal", async () => {
  const here = subfolder("escape");
  writeFileSync(join(here, "runs.jsonl"), records("r\u001b[1m\u202e", [1]));
  const outputs = [["import", "runs.jsonl"], ["analyze", "--budgets", "30m", ...FEW], ["attempts"], ["attempts", "--agents", "x"]];
  for (const args of outputs) {
    const {stdout, stderr} = await rebench(here, args);
    expect(stdout + stderr).not.toMatch(/[\u001b\u202e]/);
    expect(stdout + stderr).toContain("r\\u001b[1m\\u202e");
  }
});

it("a reader that stops reading is no error", () => {
  const here = subfolder("pipe");
  const main = join(import.meta.dirname, "..", "..", "dist", "cli", "main.js");
  for (const command of ["export", "score-at-k --json --bootstrap 0", "simulate"]) {
    const script = `set -o pipefail; "${process.execPath}" "${main}" ${command} 2>errors | head -c 10`;
    expect(execFileSync("bash", ["-c", script], {cwd: here, encoding: "utf8"})).toHaveLength(10);
    expect(readFileSync(join(here, "errors"), "utf8")).not.toMatch(/^error|EPIPE/m);
  }
  expect(existsSync(join(here, "rebench.duckdb"))).toBe(false);
});
