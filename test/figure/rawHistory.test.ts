import {expect, it} from "vitest";
import {type RawHistoryEnvironmentRow, type RawHistoryFigureRow, rawHistory} from "../../src/figure/rawHistory.js";
import {contextFor, drawn, LONG_NAMES, valuesOf} from "./drawing.js";

const run = (environment: string, agent: string, attemptId: string, scores: readonly number[], hours = 8): RawHistoryFigureRow[] =>
  scores.map((naturalScore, i) => ({
    ...{environment, agent, kind: agent === "human" ? "human" : "agent", attemptId, naturalScore},
    timeSeconds: (hours * 3600 * (i + 1)) / scores.length,
  }));
const KERNEL: RawHistoryEnvironmentRow = {
  ...{environment: "kernel", title: "Optimize a kernel", naturalUnit: "ms", direction: "lower", logScale: true},
  ...{startingNatural: 4.75, referenceNatural: 1.6, attempts: 3},
};
const RUST: RawHistoryEnvironmentRow = {
  ...{environment: "rust", title: "Rust", naturalUnit: "fraction solved", direction: "higher", logScale: false},
  ...{startingNatural: 0, referenceNatural: 0.127, attempts: 1},
};
const ROWS = [
  ...run("kernel", "a", "a/2", [4.7, 3, 2]),
  ...run("kernel", "a", "a/1", [6, 4.5]),
  ...run("kernel", "human", "p/1", [4.75, 0.64]),
  ...run("rust", "a", "a/3", [0, 0.1]),
];
const context = contextFor(["a"]);
type Spec = {columns: number; description: string; usermeta: {caption: string}; concat: {layer: object[]}[]};
const figure = (rows: readonly RawHistoryFigureRow[] = ROWS, environments = [RUST, KERNEL], of = context) =>
  rawHistory({rows, environments}, of) as unknown as Spec;

it("has a panel for each environment in its unit, and a path for each attempt", async () => {
  const spec = figure();
  expect([spec.columns, spec.concat.length]).toEqual([2, 2]);
  const {texts, described} = await drawn(spec, 336);
  const shown = ["Optimize a kernel", "ms, lower is better", "Rust", "fraction solved, higher is better", "start", "reference"];
  expect(texts.map(({text}) => text)).toEqual(expect.arrayContaining(shown));
  const attempts = ["a\u2002a/2: 2 ms after 8h", "People\u2002p/1: 0.64 ms after 8h", "a\u2002a/3: 0.1 fraction solved after 8h"];
  expect(described).toEqual(expect.arrayContaining(attempts));
  expect(new Set(valuesOf(spec, "line").map(({text}) => text)).size).toBe(4);
});

it("has a logarithmic scale only where scores are compared so, that holds scores, start and reference", () => {
  const scales = figure().concat.map(
    ({layer}) => JSON.stringify(layer).match(/"y":\{"field":"y","type":"quantitative","scale":(\{[^}]*\})/)![1],
  );
  const [kernel, rust] = scales.map((text) => JSON.parse(text!) as {type?: string; domain: [number, number]});
  expect([kernel!.type, rust!.type]).toEqual(["log", undefined]);
  expect(kernel!.domain[0]).toBeLessThan(0.64);
  expect(kernel!.domain[1]).toBeGreaterThan(6);
  expect(rust!.domain[0]).toBeLessThan(0);
  expect(rust!.domain[1]).toBeGreaterThan(0.127);
});

it("names start and reference beside their lines, on the side where fewer attempts are", async () => {
  const {texts} = await drawn(figure(ROWS, [KERNEL]), 336);
  const [start, reference] = ["start", "reference"].map((name) => texts.find(({text}) => text === name)!);
  expect(start!.y2).toBeLessThan(reference!.y1); // lower is better: the start is above
  expect(reference!.x2).toBeLessThan(start!.x1);
});

it("says start, reference and best in numbers", () => {
  const {description} = figure();
  expect(description).toContain("Optimize a kernel: start 4.75, reference 1.6, best 0.64 ms (People).");
  expect(description).toContain("Rust: start 0, reference 0.127, best 0.1 fraction solved (a).");
});

it("draws no start and reference where attempts have several, and says so", async () => {
  const spec = figure(ROWS, [{...KERNEL, startingNatural: null, referenceNatural: null}, RUST]);
  expect(spec.usermeta.caption).toContain("Attempts at Optimize a kernel have different starts and references");
  const {texts} = await drawn(spec, 336);
  expect(texts.filter(({text}) => text === "start")).toHaveLength(1);
});

it("does not depend on the order of attempts and environments", () => {
  const shuffled = [...ROWS].sort((a, b) => (a.attemptId < b.attemptId ? 1 : -1));
  expect(JSON.stringify(figure(shuffled, [KERNEL, RUST]))).toBe(JSON.stringify(figure()));
});

it("stays small with hundreds of attempts of hundreds of entries", async () => {
  const many = Array.from({length: 300}, (_, i) =>
    run(
      "kernel",
      "a",
      `attempt/${String(i).padStart(3, "0")}`,
      Array.from({length: 300}, (_, j) => 5 - (j * (1 + i / 300)) / 100),
    ),
  );
  const {svg, described} = await drawn(figure(many.flat(), [{...KERNEL, attempts: 300}]), 336);
  expect(new Set(described).size).toBe(300);
  expect(svg.length).toBeLessThan(1.1e6); // 90,000 entries
});

it("takes more rows than a function takes arguments", () => {
  const rows = run(
    "rust",
    "a",
    "1",
    Array.from({length: 200_000}, (_, i) => i / 200_000),
  );
  expect(valuesOf(figure(rows, [RUST]), "line").length).toBeLessThan(1000);
});

it.each([336, 692])("can be read at %i px: hostile names, long titles and units, one entry, ties, extremes", async (width) => {
  const check = (rows: RawHistoryFigureRow[], environments: RawHistoryEnvironmentRow[], agents: readonly string[] = ["a"]) =>
    drawn(figure(rows, environments, contextFor(agents, width)), width);
  const environments = ["t", "u", "v", "w", "x", "y", "z"].map((environment, i) => ({
    ...(i % 2 === 0 ? KERNEL : RUST),
    ...{environment, title: `${environment} with a title of many words`, naturalUnit: `unit ${"of many words ".repeat(i)}`},
  }));
  await check(
    environments.flatMap(({environment}) => LONG_NAMES.flatMap((name, i) => run(environment, name, `<\u202e${i}`, [1 + i, 2, 3], 1 + i))),
    environments,
    LONG_NAMES,
  );
  await check(run("kernel", "a", "1", [4.75]), [KERNEL]);
  await check(run("kernel", "a", "1", [1], 0.25), [{...KERNEL, startingNatural: 1, referenceNatural: 1.0001}]);
  await check(run("kernel", "a", "1", [1e-250, 1e250]), [KERNEL]);
  await check(run("kernel", "a", "1", [0, 2]), [{...KERNEL, startingNatural: 0}]);
  await check(run("rust", "a", "1", [-1e12, 1e12]), [RUST]);
  await check(run("rust", "a", "1", [0, 0]), [{...RUST, referenceNatural: 0}]);
  await check(run("rust", "a", "1", [-5, -7]), [{...RUST, startingNatural: -6, referenceNatural: -5}]);
});
