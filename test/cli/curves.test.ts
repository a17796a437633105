import {expect, it} from "vitest";
import type {CurvesComparison} from "../../src/analysis/compareCurves.js";
import {endText, roughly, signed} from "../../src/cli/printCurves.js";
import {newFolder, rebench, tooWide} from "./rebench.js";

// About the sample data, which stand in where there is no store.
const folder = newFolder();
const AGENT = "Modular (synthetic-model-a)";
const FEW = ["--bootstrap", "200"];

it("rebench compare A human says where the lead passes over, within 80 columns", async () => {
  const {status, stdout} = await rebench(folder, ["compare", AGENT, "human", ...FEW]);
  expect([status, tooWide(stdout)]).toEqual([0, []]);
  const text = stdout.replace(/\s+/g, " ");
  expect(text).toMatch(
    /The lead passes from Modular \(synthetic-model-a\) to human at \dh\d*m? ?\(95 % interval: [\dhm<> ]+ to [\dhm<> ]+\)\./,
  );
  expect(text).toMatch(/Of 200 replicates: in .* % the lead passes to B first, in 0 % A is ahead throughout/);
  expect(text).toContain("Over the 7 environments that both have: fix_embedding,");
  expect(stdout).toMatch(/^ +8h +0\.\d{3} +30m@16 +0\.\d{3} +8h@1 +−0\.\d{3} +/m);
});

it("says where there is no crossover, and why a budget has no difference", async () => {
  const {stdout} = await rebench(folder, ["compare", AGENT, "human", "--budgets", "30m,1h,2h,64h", ...FEW]);
  expect(tooWide(stdout)).toEqual([]);
  const text = stdout.replace(/\s+/g, " ");
  expect(text).toContain(`No crossover: ${AGENT} is ahead at every budget that both have, from 30m to 2h.`);
  expect(stdout).toMatch(/^ +64h +– +1\.\d{3} +8h@8 +– \(1\)$/m);
  expect(text).toContain(`(1) ${AGENT}: 30m@128: too few attempts for k = 128`);
});

it("has everything in --json", async () => {
  const {status, stdout} = await rebench(folder, ["compare", AGENT, "human", "--json", ...FEW]);
  const result = JSON.parse(stdout) as CurvesComparison;
  expect([status, Object.keys(result)]).toEqual([
    0,
    expect.arrayContaining(["environments", "onlyA", "onlyB", "crossover", "crossings", "rows", "rules", "settings", "warnings"]),
  ]);
  expect(result.crossover).toMatchObject({from: AGENT, to: "human", reason: null});
  expect(Object.values(result.crossover.shares!).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
});

it("writes ends, budgets and differences so that they can be read", () => {
  expect(endText({bound: "below", budgetSeconds: 8 * 3600})).toBe("< 8h");
  expect(endText({bound: "above", budgetSeconds: 32 * 3600})).toBe("> 32h");
  expect(endText({bound: "at", budgetSeconds: 57_599.99999})).toBe("16h");
  expect([roughly(4000), roughly(2000.4)]).toEqual(["1h7m", "33m20s"]);
  expect([signed(0.1234), signed(-0.1234, 2), signed(0), signed(-0.0001)]).toEqual(["+0.123", "−0.12", "0.000", "−0.000"]);
});

it("says that curves have no use for the options of tests", async () => {
  const {status, stderr} = await rebench(folder, ["compare", AGENT, "human", ...FEW, "--alpha", "0.1", "--permutations", "99", "--json"]);
  expect([status, stderr]).toEqual([0, expect.stringContaining("note: --alpha and --permutations are not used here: tests are made at")]);
});
