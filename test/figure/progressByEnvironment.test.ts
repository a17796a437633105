import fc from "fast-check";
import {expect, it} from "vitest";
import {type StepRow, seenSteps} from "../../src/figure/marks/stepLines.js";
import {type ProgressMeanFigureRow, type ProgressRunFigureRow, progressByEnvironment} from "../../src/figure/progressByEnvironment.js";
import {contextFor, drawn, LONG_NAMES, valuesOf} from "./drawing.js";

const who = (agent: string) => ({agent, kind: agent === "human" ? ("human" as const) : ("agent" as const)});
const run = (environment: string, agent: string, attemptId: string, scores: readonly number[]): ProgressRunFigureRow[] =>
  scores.map((score, i) => ({environment, ...who(agent), attemptId, timeSeconds: (28800 * i) / (scores.length - 1), score}));
const mean = (environment: string, agent: string, scores: readonly number[]): ProgressMeanFigureRow[] =>
  scores.map((score, i) => ({
    ...{environment, title: `Environment ${environment}`, ...who(agent)},
    ...{timeSeconds: (28800 * i) / (scores.length - 1), score, attempts: 2},
  }));
const RUNS = ["x", "y"].flatMap((each) => [
  ...run(each, "a", "a/2", [0, 0.2, 0.2, 0.4]),
  ...run(each, "a", "a/1", [0, 0.4, 0.6]),
  ...run(each, "human", "p/1", [0, 0, 0.9]),
]);
const MEANS = ["y", "x"].flatMap((each) => [...mean(each, "human", [0, 0.1, 0.9]), ...mean(each, "a", [0, 0.3, 0.5])]);
const context = contextFor(["a"]);
type Spec = {columns: number; description: string; concat: {layer: object[]}[]};
const figure = (runs = RUNS, means = MEANS, of = context) => progressByEnvironment({runs, means}, of) as unknown as Spec;

it("has a panel for each environment, a path for each attempt, and a mean with its end for each participant", async () => {
  const spec = figure();
  expect([spec.columns, spec.concat.length]).toEqual([2, 2]);
  expect(valuesOf(spec, "point").map(({agent, x, y}) => [agent, x, y])).toEqual(
    ["x", "y"].flatMap(() => [
      ["a", 28800, 0.5],
      ["human", 28800, 0.9],
    ]),
  );
  const {texts, described} = await drawn(spec, 336);
  expect(texts.map(({text}) => text)).toEqual(expect.arrayContaining(["Environment x", "Environment y", "a", "People"]));
  const attempts = ["a\u2002a/1: 0.600 after 8h", "a\u2002a/2: 0.400 after 8h", "People\u2002p/1: 0.900 after 8h"];
  expect(described.filter((text) => /\/\d: /.test(text))).toEqual(expect.arrayContaining(attempts));
  expect(new Set(described)).toContain("People\u2002mean after 8h: 0.900, n = 2");
});

it("says in numbers who is best in each environment", () => {
  expect(figure().description).toContain("Environment x: People 0.900; a 0.500. Environment y: People 0.900; a 0.500.");
});

it("keeps the scale of one environment out of another", () => {
  const spec = figure(RUNS, [...MEANS.filter(({environment}) => environment === "x"), ...mean("y", "a", [0, 30])]);
  const domains = spec.concat.map((panel) => JSON.stringify(panel).match(/"domain":(\[[^\]]*\]),"nice":false,"zero":false/)![1]);
  expect(domains).toEqual(["[0,1]", "[0,30]"]);
});

it("does not depend on the order of attempts and participants", () => {
  const expected = JSON.stringify(figure());
  expect(JSON.stringify(figure([...RUNS].sort((a, b) => (a.attemptId < b.attemptId ? 1 : -1))))).toBe(expected);
  expect(JSON.stringify(figure(RUNS, [...MEANS].reverse()))).toBe(expected);
});

it("leaves out only steps that cannot be seen", () => {
  // what a path shows at a pixel: the last step at or before it
  const at = (steps: readonly StepRow[], x: number) => steps.findLast((step) => step.x <= x)!.y;
  const toPx = {x: (x: number) => x, y: (y: number) => y};
  const place = fc.record({x: fc.double({min: 0, max: 100, noNaN: true}), y: fc.double({min: 0, max: 80, noNaN: true})});
  fc.assert(
    fc.property(fc.array(place, {minLength: 1, maxLength: 200}), (places) => {
      const steps = places.sort((a, b) => a.x - b.x).map((each): StepRow => ({...each, ...who("a"), attemptId: "1"}));
      const seen = seenSteps(steps, toPx);
      expect(seen[0]).toBe(steps[0]);
      expect(seen.at(-1)).toBe(steps.at(-1));
      // every height that lasts for a pixel is shown to half a pixel
      steps.slice(1, -1).forEach((step, i) => {
        if (steps[i + 2]!.x - step.x >= 1) expect(Math.abs(at(seen, step.x + 0.99) - step.y)).toBeLessThanOrEqual(0.5);
      });
      expect(seen.length).toBeLessThanOrEqual(203);
    }),
  );
  const many = Array.from({length: 10_000}, (_, i): StepRow => ({x: i / 100, y: i / 100, ...who("a"), attemptId: "1"}));
  expect(seenSteps(many, toPx).length).toBeLessThan(203);
});

it.each([336, 692])("can be read at %i px: hostile names and ids, long titles, one attempt, ties, below 0, huge", async (width) => {
  const of = contextFor(LONG_NAMES, width);
  const titled = (rows: ProgressMeanFigureRow[]) => rows.map((each) => ({...each, title: `${each.title} with a title of many words`}));
  const environments = ["t", "u", "v", "w", "x", "y", "z"];
  const runs = environments.flatMap((each) => LONG_NAMES.flatMap((name, i) => run(each, name, `<\u202e${i}`, [0, i / 10, 0.9])));
  const means = environments.flatMap((each) => LONG_NAMES.flatMap((name) => mean(each, name, [0, 0.3, 0.5])));
  await drawn(figure(runs, titled(means), of), width);
  for (const scores of [
    [0, 0.3],
    [0.5, 0.5],
    [0, 0],
    [0, -3],
    [0, 1e6],
  ]) {
    await drawn(figure(run("x", "a", "1", scores), mean("x", "a", scores), contextFor(["a"], width)), width);
  }
});
