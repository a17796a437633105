import {expect, it} from "vitest";
import {type CodeSizeFigureData, type CodeSizeFigureRow, codeSize} from "../../src/figure/codeSize.js";
import {contextFor, drawn, LONG_NAMES, valuesOf} from "./drawing.js";

const row = (title: string, linesOfCode: number | null, gap: number | null, agentName: string | null = "a"): CodeSizeFigureRow => ({
  environment: title.toLowerCase(),
  title,
  linesOfCode,
  gap,
  agentName,
  humanScore: gap === null ? null : 1,
  agentScore: gap === null ? null : 1 - gap,
});
const DATA: CodeSizeFigureData = {
  rows: [
    row("Kernel", 180, -0.2, "b"),
    row("Foundry", 1651, 0.5),
    row("Rust", 746, 0.3),
    row("Own", null, 0.1),
    row("Other", 300, null, null),
  ],
  fit: {slopePerLine: 0.0005, intercept: -0.25, rSquared: 0.604, points: 3},
  budgetSeconds: 28800,
};
const context = contextFor(["a", "b"]);

it("has a labelled point for each environment that has both, and the line of the fit with its R²", async () => {
  const spec = codeSize(DATA, context);
  expect(valuesOf(spec, "point").map(({title, linesOfCode, gap}) => [title, linesOfCode, gap])).toEqual([
    ["Kernel", 180, -0.2],
    ["Rust", 746, 0.3],
    ["Foundry", 1651, 0.5],
  ]);
  const [from, to] = valuesOf(spec, "line") as {linesOfCode: number; gap: number}[];
  expect([from!.linesOfCode, to!.linesOfCode]).toEqual([180, 1651]);
  expect(from!.gap).toBeCloseTo(-0.16, 12); // −0.25 + 0.0005 · 180
  expect(to!.gap).toBeCloseTo(0.5755, 12); // −0.25 + 0.0005 · 1651
  const {texts, described} = await drawn(spec, 336);
  expect(texts.map(({text}) => text)).toEqual(expect.arrayContaining(["Kernel", "Rust", "Foundry", "R² = 0.60"]));
  expect(described).toContain("b\u2002Kernel: 180 lines, people 1.000, agent 1.200, gap −0.200");
  expect(described).toContain("Fit\u2002R² = 0.60");
  expect(JSON.stringify(spec)).toContain("2 of 5 environments lack a score or the lines of code and are left out.");
});

it("does not depend on the order of rows", () => {
  expect(JSON.stringify(codeSize({...DATA, rows: [...DATA.rows].reverse()}, context))).toBe(JSON.stringify(codeSize(DATA, context)));
});

it("has no line without a fit, and no R² where it is not defined", async () => {
  const none = await drawn(codeSize({...DATA, fit: null}, context), 336);
  expect(none.texts.filter(({text}) => text.startsWith("R²"))).toEqual([]);
  const flat = await drawn(codeSize({...DATA, fit: {slopePerLine: 0, intercept: 0.2, rSquared: null, points: 3}}, context), 336);
  expect(flat.texts.filter(({text}) => text.startsWith("R²"))).toEqual([]);
  expect(flat.described).toContain("Fit");
});

it.each([336, 692])("can be read at %i px: crowds, long titles, one environment, huge", async (width) => {
  const many = Array.from({length: 30}, (_, i) =>
    row(`Environment with a title of some length ${i}`, 100 + (i % 7) * 90, (i % 5) / 9, LONG_NAMES[i % 12]),
  );
  await drawn(codeSize({...DATA, rows: many}, contextFor(LONG_NAMES, width)), width);
  const same = many.map((each) => ({...each, linesOfCode: 500, gap: 0.1}));
  await drawn(codeSize({...DATA, rows: same, fit: null}, contextFor(LONG_NAMES, width)), width);
  await drawn(codeSize({...DATA, rows: [row("W".repeat(80), 500, 0)], fit: null}, contextFor(["a"], width)), width);
  await drawn(codeSize({...DATA, rows: [row("x", 5e6, -1e5), row("y", 1, 1e5)], fit: null}, contextFor(["a"], width)), width);
});
