import {readFileSync} from "node:fs";
import {join} from "node:path";
import {expect} from "vitest";

type Vertex = [timeSeconds: number, score: number];

/** What test/fixtures/aggregates/make_progress.py made of the sample data, to 12 significant digits. */
export type ProgressFixture = {
  humanPercentiles: [environment: string | null, ...scores: number[]][];
  humanProgress: number[][];
  curves: [agent: string, ...scores: number[]][];
  means: [agent: string, environment: string, ...scores: number[]][];
  best: [scaffold: string, agent: string][];
  runs: [attemptId: string, ...vertices: Vertex[]][];
  history: [attemptId: string, ...vertices: Vertex[]][];
  vertices: ["runs" | "history", number, number, number][];
};

const file = join(import.meta.dirname, "..", "fixtures", "aggregates", "progress.json");
export const progressFixture = JSON.parse(readFileSync(file, "utf8")) as ProgressFixture;

/** Equal to 1e-10, of numbers beyond 1 to that share of them. */
export function expectNear(found: readonly number[], expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  const off = expected.findIndex((value, i) => !(Math.abs(found[i]! - value) <= 1e-10 * Math.max(1, Math.abs(value))));
  if (off >= 0) throw new Error(`number ${off} is ${found[off]}, expected ${expected[off]}`);
}
