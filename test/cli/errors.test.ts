import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {DuckDBInstance} from "@duckdb/node-api";
import {beforeAll, describe, expect, it} from "vitest";
import {because} from "../because.js";
import {newFolder, type Outcome, rebench} from "./rebench.js";

const folder = newFolder();

beforeAll(async () => {
  mkdirSync(join(folder, "folder"));
  writeFileSync(join(folder, "text.duckdb"), "hello\n".repeat(2000));
  writeFileSync(join(folder, "other.csv"), "a,b\n1,2\n");
  writeFileSync(join(folder, "latin1.csv"), Buffer.from("id,environment\nx,f\xe9\n", "latin1"));
  writeFileSync(join(folder, "people.csv"), (await rebench(folder, ["import", "--template", "human-csv"])).stdout);
  await rebench(folder, ["import", "people.csv", "--store", "s.duckdb"]);
});

/** What a failed command prints: sentences on stderr that begin with `error:` and hold a next step; never a stack trace. */
function expectFailure({status, stdout, stderr}: Outcome, wanted: number, words: readonly string[]): void {
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^(note: .*\n)?error: .+\n {2}\S|^(note: .*\n)?error: .+\n\(Did you mean .*\n {2}\S/);
  expect(stderr).not.toMatch(/^\s+at .*[(:]|node:internal|dist\/|fault in rebench/m);
  for (const word of words) expect(stderr).toContain(word);
  expect(status).toBe(wanted);
}

/** Command line → words that its message must hold. */
const WRONG_USE: [args: string, ...words: string[]][] = [
  ["analyse", "unknown command 'analyse'", "Did you mean analyze?", "See: rebench --help"],
  ["help banana", "unknown command 'banana'"],
  ["analyze --agnts x", "unknown option '--agnts'", "Did you mean --agents?", "See: rebench analyze --help"],
  ["analyze more", "too many arguments"],
  ["analyze --budgets 2h,banana", '"banana" is not a duration', "30m, 2h, 90s or 1h30m"],
  ["analyze --budgets 0h", '"0h" is not a duration'],
  ["score-at-k --k 0", '"0" is no positive integer'],
  ["score-at-k --k 1,x", '"x" is no positive integer'],
  ["score-at-k --time-limits 2", '"2" is not a duration'],
  ["score-at-k --interval 2", "between 0 and 1"],
  ["score-at-k --seed x", "Expected an integer"],
  ["score-at-k --bootstrap 1e9", "from 0 (no intervals) to 1000000"],
  ["score-at-k --by agent", "environment, category, scaffold, cohort"],
  ["score-at-k --flagged x=maybe", "x=keep, x=exclude or x=zero"],
  ["score-at-k --constants gpt2_qa_rl", "gpt2_qa_rl=paper"],
  ["score-at-k --constants gpt2_qa_rl=banana", 'no constants "banana"', "It has: paper"],
  ["score-at-k -o x.txt", "'x.txt'", ".json, .csv or .parquet"],
  ["score-at-k --agents ,", "Expected names"],
  ["import", "no file to import"],
  ["import --list --remove 1", "--list and --remove do not go together"],
  ["import people.csv --list", "files to import and --list do not go together"],
  ["import --template json", "human-csv"],
  ["import people.csv --map banana", "Expected a pair such as"],
  ["import people.csv --map a=banana", '"banana" is not a field', "natural_score"],
  ["import people.csv --human-time-limit banana", '"banana" is not a duration'],
  ["import --remove 7 --store s.duckdb", 'no source "7"', "1 (people.csv)"],
  ["attempts --top 0", "1 or more"],
  ["attempts x --top 3", '"x" is one attempt'],
  ["flag x cheating --store s.duckdb", "'--reason <text>' not specified", "See: rebench flag --help"],
  ["flag example-attempt-1 Cheating --reason x --store s.duckdb", '"Cheating" cannot be a flag', "lower-case"],
  ["flag example-attempt-1 cheating --reason x --remove --store s.duckdb", "does not carry the flag cheating"],
  ["simulate --attempts 0", "1 or more"],
];

const FAILURES: [args: string, ...words: string[]][] = [
  ["analyze --agents human,nobody --store s.duckdb", 'no agent "nobody"', "It has: human"],
  ["analyze --environments banana --store s.duckdb", 'unknown environment "banana"', "fix_embedding"],
  ["analyze --constants banana=x --store s.duckdb", 'unknown environment "banana"'],
  ["attempts --agents nobody --store s.duckdb", 'no agent "nobody"'],
  ["export --environments banana --store s.duckdb", 'unknown environment "banana"'],
  ["attempts example-attempt-3 --store s.duckdb", 'no attempt "example-attempt-3"; did you mean example-attempt-1'],
  ["analyze --store none.duckdb", "there is no store at none.duckdb", "rebench import FILE --store none.duckdb"],
  ["analyze --store folder", "folder is not a rebench store: it is a folder"],
  ["analyze --store text.duckdb", "text.duckdb is not a rebench store"],
  ["import people.csv --store text.duckdb", "text.duckdb is not a rebench store"],
  ["import people.csv --store none/x.duckdb", "there is no such folder"],
  ["import none.csv", "cannot read none.csv: there is no such file"],
  ["import folder", "there is no record of an attempt in folder"],
  ["import latin1.csv", "it is not UTF-8 text", "iconv"],
  ["import other.csv", "found a, b", "rebench import --template human-csv"],
  ["import s.duckdb", "is a DuckDB file"],
  ["import --list", "there is no store at rebench.duckdb"],
  ["flag x cheating --reason y", "there is no store at rebench.duckdb", "rebench import FILE"],
  ["analyze --store s.duckdb -o none/x.csv", "cannot write none/x.csv"],
  ["export --store s.duckdb -o none/x.jsonl", "cannot write none/x.jsonl"],
  ["export -o none/x.jsonl.gz", "cannot write none/x.jsonl.gz"],
  ["figures banana --store s.duckdb", 'no figure "banana"', "There are: budget"],
  ["report banana --store s.duckdb", 'no report "banana"', "Name one of calibration, overview, paper"],
  ["report folder --store s.duckdb", "cannot read folder/params.json: there is no such file"],
  ["score-at-k --environments-dir none --store s.duckdb", "cannot read the environments folder none"],
];

describe("wrong use ends with status 2 and what to do instead", () => {
  it.concurrent.each(WRONG_USE)("%s", async (args, ...words) => expectFailure(await rebench(folder, args.split(" ")), 2, words));
});

describe("any other failure ends with status 1", () => {
  it.each(FAILURES)("%s", async (args, ...words) => expectFailure(await rebench(folder, args.split(" ")), 1, words));
});

it("nothing was left behind by them", () => {
  const names = readdirSync(folder).sort();
  expect(names).toEqual(["folder", "latin1.csv", "other.csv", "people.csv", "s.duckdb", "text.duckdb"]);
  expect(readFileSync(join(folder, "text.duckdb"), "utf8")).toMatch(/^hello\n/);
});

it("nothing that was typed can rewrite the terminal", async () => {
  const typed = "\u001b[2K\u009bx";
  const shown = "\\u001b[2K\\u009bx";
  const commands = [
    [typed],
    ["figures", typed],
    ["report", typed],
    ["verify", typed],
    ["attempts", "--store", typed],
    ["analyze", `--${typed}`],
  ];
  for (const args of [...commands, ["analyze", "--budgets", typed], ["analyze", "-o", `${typed}/x.csv`, "--store", "s.duckdb"]]) {
    const {stdout, stderr} = await rebench(folder, args);
    expect(stdout + stderr).toContain(shown);
    expect(stdout + stderr).not.toMatch(/[\u001b\u009b]/);
  }
});

it("an empty reason is refused", async () => {
  const args = ["flag", "example-attempt-1", "cheating", "--reason", "", "--store", "s.duckdb"];
  expectFailure(await rebench(folder, args), 2, ["the reason is empty"]);
});

it("a store in use by another process is said to be", async () => {
  const instance = await DuckDBInstance.create(join(folder, "s.duckdb"));
  try {
    for (const args of [["analyze"], ["import", "people.csv"], ["flag", "example-attempt-1", "cheating", "--reason", "x"]]) {
      expectFailure(await rebench(folder, [...args, "--store", "s.duckdb"]), 1, [`in use by another process (pid ${process.pid})`]);
    }
  } finally {
    instance.closeSync();
  }
});

const isRoot = process.getuid?.() === 0;
it.skipIf(isRoot)(`a file without permission is said to be${because(isRoot ? "root may read everything" : null)}`, async () => {
  writeFileSync(join(folder, "secret.csv"), "id\n", {mode: 0o000});
  expectFailure(await rebench(folder, ["import", "secret.csv"]), 1, ["permission denied"]);
  expect(existsSync(join(folder, "rebench.duckdb"))).toBe(false);
});
