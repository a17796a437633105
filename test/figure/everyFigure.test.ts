import type {TopLevelSpec} from "vega-lite";
import {beforeAll, describe, expect, it} from "vitest";
import type {Source} from "../../src/analysis/context.js";
import {readPrices} from "../../src/cost/readPrices.js";
import {WIDTH_PX} from "../../src/figure/theme/theme.js";
import {drawSpec} from "../../src/render/drawSpec.js";
import {type SceneText, sceneTexts} from "../../src/render/sceneTexts.js";
import {FIGURES} from "../../src/report/catalogue.js";
import {DEFAULT_DRAW} from "../../src/report/drawOptions.js";
import {defaultFigureOptions} from "../../src/report/figureOptions.js";
import {figureMaker, type MadeFigure} from "../../src/report/makeFigures.js";
import {because} from "../because.js";
import {metrFile} from "../store/workshop.js";
import {FIGURE_STORES} from "./figureStores.js";

const options = {...defaultFigureOptions(readPrices(null)), bootstrap: 100};

/** Vega's boxes are as high as a line of text is; letters fill about four fifths of that. */
const LETTERS = 0.1;

const inner = ({y1, y2, ...rest}: SceneText): SceneText => ({...rest, y1: y1 + LETTERS * (y2 - y1), y2: y2 - LETTERS * (y2 - y1)});

const overlaps = (a: SceneText, b: SceneText): boolean =>
  Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1) > 0.5 && Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1) > 0.5;

function overlapping(texts: readonly SceneText[]): string[] {
  const boxes = texts.map(inner);
  return boxes.flatMap((a, i) => boxes.slice(i + 1).flatMap((b) => (overlaps(a, b) ? [`"${a.text}" and "${b.text}"`] : [])));
}

const outside = (texts: readonly SceneText[], width: number, height: number): string[] =>
  texts.filter(({x1, y1, x2, y2}) => x1 < -0.5 || y1 < -0.5 || x2 > width + 0.5 || y2 > height + 0.5).map(({text}) => text);

/** Objects anywhere in a spec. */
function objectsIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (typeof value !== "object" || value === null) return [];
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(objectsIn)];
}

/** Tick labels that axes ask for and the drawing lacks would make fewer texts than ticks. */
const ticksIn = (spec: TopLevelSpec): number =>
  objectsIn(spec).reduce((sum, {axis}) => sum + ((axis as {values?: unknown[]} | undefined)?.values?.length ?? 0), 0);

describe.each(Object.entries(FIGURE_STORES))("of %s", (_, open) => {
  let source: Source;
  beforeAll(async () => {
    if (open !== null) source = await open();
  }, 120_000);

  describe.each([1, 2] as const)("%i column(s)", (columns) => {
    it.skipIf(open === null).each(FIGURES)(
      `$name: nothing overlaps, is cut off or missing${because(open === null ? `no ${metrFile}` : null)}`,
      async (entry) => {
        const make = await figureMaker(source, options, {...DEFAULT_DRAW, columns});
        const made = await make(entry);
        if ("reason" in made) return expect(made.reason).toMatch(/\w/);
        const drawing = await drawSpec(made.spec);
        const {svg, warnings} = drawing;
        const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg)!.map(Number);
        const texts = sceneTexts(drawing);
        expect(warnings).toEqual([]);
        expect(width).toBe(WIDTH_PX[columns]);
        expect(overlapping(texts)).toEqual([]);
        expect(outside(texts, width!, height!)).toEqual([]);
        expect(texts.filter(({text}) => /…$|undefined|NaN|null|\[object/.test(text))).toEqual([]);
        expect(texts.length).toBeGreaterThan(3);
        checkSpec(made);
      },
    );
  });
});

function checkSpec({spec, rows}: MadeFigure) {
  const keys = new Set(objectsIn({...spec, usermeta: null}).flatMap(Object.keys));
  for (const computing of ["transform", "aggregate", "bin", "regression", "timeUnit", "extent"]) expect(keys).not.toContain(computing);
  expect(ticksIn(spec)).toBeGreaterThan(0);
  expect(rows.length).toBeGreaterThan(0);
  expect(spec.description!.length).toBeGreaterThan(40);
  expect(spec.description).toMatch(/\d/);
}
