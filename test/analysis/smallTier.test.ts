import {execFileSync, spawnSync} from "node:child_process";
import {mkdtempSync, readFileSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, expect, it} from "vitest";
import {type Attempt, attemptSchema} from "../../src/record/attempt.js";

// data/small-tier: real attempts at the seven environments on two CPU cores, with which the way from attempts to figures can be walked.

const project = join(import.meta.dirname, "..", "..");
const file = join(project, "data", "small-tier", "attempts.jsonl");
const main = join(project, "dist", "cli", "main.js");
const folder = mkdtempSync(join(tmpdir(), "rebench-small-tier-"));
afterAll(() => rmSync(folder, {recursive: true, force: true}));
const store = join(folder, "small.duckdb");
const records: Attempt[] = readFileSync(file, "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => attemptSchema.parse(JSON.parse(line)));
const rebench = (...args: string[]) => execFileSync(process.execPath, [main, ...args], {cwd: folder, encoding: "utf8"});

type Budget = {agent: string; timeBudgetSeconds: number; score: number | null; environments: string[]};

const SEVEN = [
  ...["fix_embedding", "gpt2_qa_rl", "optimize_kernel", "optimize_llm_foundry", "restricted_mlm", "rust_codecontests", "scaling_law"],
];

it("all seven environments were attempted by both scaffolds and by random search, for real, on a host that is named", () => {
  for (const environment of SEVEN) {
    const own = records.filter((record) => record.environment === environment);
    expect(new Set(own.map(({participant}) => participant.kind === "agent" && participant.scaffold)).size).toBe(3);
    for (const {tier, host, participant, status, sourceFields} of own) {
      expect({tier, status, synthetic: sourceFields?.syntheticData}).toEqual({tier: "small", status: "finished", synthetic: undefined});
      expect(host).toMatchObject({cpu: expect.any(String), cpus: 2, torch: expect.any(String), node: expect.any(String)});
      expect(participant.kind).toBe("agent");
    }
  }
  expect(new Set(records.map(({environment}) => environment))).toEqual(new Set(SEVEN));
});

it("they hold no path, key or address of the machine", () => {
  expect(readFileSync(file, "utf8")).not.toMatch(/\/(?:work|tmp|root|home)\/|127\.0\.0\.1|sk-/);
});

it("can be imported, analysed and reported", () => {
  rebench("import", file, "--store", store);
  const asked = ["--store", store, "--tier", "small", "--budgets", "1m,10m", "--bootstrap", "100"];
  const {budgets} = JSON.parse(rebench("analyze", ...asked, "--json")) as {budgets: Budget[]};
  const at = (seconds: number) => budgets.filter(({timeBudgetSeconds}) => timeBudgetSeconds === seconds);
  expect(new Set(at(60).map(({agent}) => agent)).size).toBe(3);
  for (const {agent, score, environments} of at(600)) {
    if (/^(?:AIDE|Modular)/.test(agent)) {
      expect(score).toBeGreaterThan(0.4); // what they say is between start and reference
      expect(environments).toEqual(SEVEN);
    } else expect(score === null || score < 0.1).toBe(true);
  }
  const out = join(folder, "report");
  const report = spawnSync(process.execPath, [main, "report", ...asked, "--out", out], {cwd: folder, encoding: "utf8"});
  expect(`${report.status} ${report.stderr}`).toMatch(/^0/);
  const drawn = readFileSync(join(out, "figures", "budget.csv"), "utf8");
  expect(drawn).toMatch(/AIDE/); // at the budgets asked for: those of hours have no score here
});
