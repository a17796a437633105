import {readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {newFolder, type Outcome, rebench, tooWide} from "./rebench.js";

// All about the sample data, which stand in where there is no store.
const folder = newFolder();
const [A, B, C] = ["AIDE (synthetic-model-a)", "AIDE (synthetic-model-b)", "Modular (synthetic-model-a)"];
const FEW = ["--bootstrap", "100", "--permutations", "99"];
const compare = (...args: string[]) => rebench(folder, ["compare", ...args, ...FEW]);
const words = ({stdout}: Outcome) => stdout.replace(/\s+/g, " ");

describe("two participants", () => {
  it("are compared at a limit and k, in 80 columns, with both tests and what they answer", async () => {
    const outcome = await compare(A!, "human", "--at", "8h@4");
    expect([outcome.status, tooWide(outcome.stdout)]).toEqual([0, []]);
    const text = words(outcome);
    expect(text).toContain("A AIDE (synthetic-model-a) 8h@4, 42 attempts B human 8h@4, 71 attempts Over the 7 environments that both have");
    expect(text).toMatch(/difference A − B −0\.\d{3} −0\.\d{3} to −0\.\d{3}/);
    expect(text).toMatch(/labels permuted 0\.\d{4} Monte Carlo, 99 arrangements 0\.0100/);
    expect(text).toMatch(/signs flipped 0\.\d{4} exact, 128 arrangements 0\.0156/);
    expect(text).toContain("The two tests answer different questions");
    expect(text).toMatch(/could have shown is 0\.\d{3} \(two-sided 5 %, power 80 %; normal approximation\)/);
    expect(outcome.stderr).toContain("made more than one of the attempts compared");
  });

  it("are compared at a budget, each by its own allocation", async () => {
    const outcome = await compare(A!, "human", "--budget", "8h", "--alpha", "0.1", "--power", "0.9");
    expect([outcome.status, tooWide(outcome.stdout)]).toEqual([0, []]);
    const text = words(outcome);
    expect(text).toMatch(/labels permuted – \(\d\)/);
    expect(text).toContain("labels can be exchanged only where both sides have the same limit and k, here 30m@16 and 8h@1");
    expect(text).toContain("two-sided 10 %, power 90 %");
    expect(text).toContain("Attempts are of 30m for A and of 8h for B");
  });

  it("that cannot be compared are said to, with status 0", async () => {
    const outcome = await compare(A!, "human", "--at", "30m@4");
    expect([outcome.status, tooWide(outcome.stdout)]).toEqual([0, []]);
    expect(words(outcome)).toContain("They cannot be compared. human: attempts seen before their limit enter only at k = 1.");
  });

  it("without --at or --budget are compared by their curves", async () => {
    const {status, stdout} = await compare(A!, "human", "--budgets", "4h,8h", "--json");
    expect(status).toBe(0);
    const found = JSON.parse(stdout);
    expect(found.rows.map(({timeBudgetSeconds}: {timeBudgetSeconds: number}) => timeBudgetSeconds)).toEqual([14_400, 28_800]);
    expect(found.crossover).toBeDefined();
  });
});

it("every pair has a line, with adjusted p values, in 80 columns", async () => {
  const outcome = await compare("--all", "--at", "30m@4", "--agents", `${A},${B},${C}`);
  expect([outcome.status, tooWide(outcome.stdout)]).toEqual([0, []]);
  expect(outcome.stdout).toMatch(/^pair +difference +interval +p +Holm +B–H +in$/m);
  expect(outcome.stdout).toMatch(/^1 − 2 +\+0\.\d{3} .* 7$/m);
  expect(words(outcome)).toContain("adjusted for the 3 pairs with a p");
  const budget = await compare("--all", "--budget", "8h");
  expect([budget.status, tooWide(budget.stdout)]).toEqual([0, []]);
  expect(words(budget)).toContain("‡ of flipped signs of environments");
});

it("--json is one object with the row, its settings and warnings, the same bytes each time; -o has its columns flat", async () => {
  const args = [A!, B!, "--at", "30m@4", "--json", "-o", "c.csv", "-o", "c.json"];
  const {status, stdout} = await compare(...args);
  expect([status, stdout.trimEnd().split("\n").length]).toEqual([0, 1]);
  const {rows, settings, warnings, ...rest} = JSON.parse(stdout);
  expect(rest).toEqual({});
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({
    timeBudgetSeconds: 7200,
    a: {agent: A},
    b: {agent: B},
    permutation: {method: "monte-carlo", replicates: 99},
  });
  expect(settings.command).toMatchObject({pair: [A, B], at: "30m@4", alpha: 0.05, power: 0.8, permutations: 99});
  expect(warnings[0].code).toBe("synthetic");
  expect((await compare(...args)).stdout).toBe(stdout);
  expect(JSON.parse(readFileSync(join(folder, "c.json"), "utf8"))).toEqual(JSON.parse(stdout));
  const [head, line] = readFileSync(join(folder, "c.csv"), "utf8").split("\n");
  const cells = Object.fromEntries(head!.split(",").map((name, i) => [name, line!.split(",")[i]]));
  expect(cells).toMatchObject({agentA: A, agentB: B, timeLimitSecondsA: "1800", permutationMethod: "monte-carlo", adjustedHolm: ""});
  expect(Number(cells.difference)).toBe(rows[0].difference.value);
  expect(Number(cells.differenceLow)).toBe(rows[0].difference.low);
  expect(Number(cells.signFlipsP)).toBe(rows[0].signFlips.p);
});

describe("wrong use", () => {
  const wrong: [string[], number, ...string[]][] = [
    [[], 2, "nobody to compare", 'compare "agent one" human --at 8h@1'],
    [[A!, B!, "--at", "30m"], 2, '"30m" is no time limit and k', "30m@4"],
    [[A!, B!, "--at", "banana@4"], 2, '"banana" is not a duration', "such as 30m"],
    [[A!, B!, "--at", "30m@0"], 2, '"30m@0" is no time limit and k'],
    [[A!, B!, "--at", "30m@4", "--budget", "8h"], 2, "--at and --budget do not go together"],
    [[A!, B!, "--at", "30m@4", "--budgets", "8h"], 2, "--budgets is for curves"],
    [[A!, B!, "--at", "30m@4", "--alpha", "2"], 2, "between 0 and 1"],
    [[A!, B!, "--at", "30m@4", "--power", "0.01"], 2, "--power 0.01 is not above --alpha 0.05"],
    [["--all"], 2, "--all compares at one point", "--at 30m@4"],
    [[A!, B!, "--all", "--at", "30m@4"], 2, "--all do not go together"],
    [[A!, A!, "--at", "30m@1"], 2, "is compared with itself"],
    [[A!, "AIDE (synthetic-model-c)", "--at", "30m@1"], 1, "did you mean", "AIDE (synthetic-model-a)"],
  ];
  it.concurrent.each(wrong)("%j", async (args, status, ...messages) => {
    const outcome = await compare(...args);
    expect([outcome.status, outcome.stdout]).toEqual([status, ""]);
    expect(outcome.stderr).toMatch(/^(note: .*\n)?error: /);
    expect(outcome.stderr).not.toContain("fault in rebench");
    for (const message of messages) expect(outcome.stderr).toContain(message);
  });
});
