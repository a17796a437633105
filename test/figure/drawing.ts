import {expect} from "vitest";
import type {FigureContext, Participant} from "../../src/figure/figureContext.js";
import {markStyle} from "../../src/figure/theme/markStyle.js";
import {drawSpec} from "../../src/render/drawSpec.js";
import {textWidth} from "../../src/render/font/textWidth.js";

const COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7a5195", "#8c564b"];

/** A theme of the test's own: figures may not rest on the colours and sizes of ours. */
const THEME = {
  background: "#ffffff",
  text: "#1d2126",
  mutedText: "#555b63",
  grid: "#e3e6ea",
  axis: "#8a9099",
  people: "#333333",
  agents: COLORS,
  fontFamily: "Inter",
  labelSize: 9,
  titleSize: 9.5,
  captionSize: 8.5,
  lineWidth: 1.5,
  bandOpacity: 0.14,
  pointArea: 22,
  fadedOpacity: 0.3,
} as unknown as FigureContext["theme"];

/** A context in which each agent has the colour of its place in `agents`. */
export const contextFor = (agents: readonly string[], widthPx = 336, more: Partial<FigureContext> = {}): FigureContext => ({
  theme: THEME,
  widthPx,
  measure: textWidth,
  styleOf: ({agent, kind}: Participant) =>
    kind === "human"
      ? {colorIndex: -1, dash: [], shape: "circle", color: THEME.people, emphasized: true}
      : {...markStyle(Math.max(0, agents.indexOf(agent))), color: COLORS[agents.indexOf(agent) % 8] ?? "#000000", emphasized: true},
  intervalLevel: 0.95,
  notes: [],
  caption: true,
  ...more,
});

/** 12 names of up to 60 characters, hostile ones among them. */
export const LONG_NAMES: readonly string[] = Array.from({length: 12}, (_, i) =>
  i === 0
    ? "<b>&\"'</b>\u202e\u0007 {text}"
    : i === 1
      ? "W".repeat(60)
      : `agent-${String(i).padStart(2, "0")} in a scaffold with a rather long name, version ${i}`,
);

export type DrawnText = {text: string; x1: number; x2: number; y1: number; y2: number};
type Bounds = {x1: number; x2: number; y1: number; y2: number};
type Item = {text?: unknown; bounds: Bounds; x?: number; y?: number; items?: Mark[]; opacity?: number; description?: string};
type Mark = {marktype: string; items: Item[]};

/**
 * Draws a spec and asks what holds for every figure: nothing is computed in it, Vega has nothing to say, no two texts overlap,
 * none leaves the figure.
 *
 * @returns The texts that were drawn, and the descriptions of marks.
 */
export async function drawn(spec: object, widthPx: number): Promise<{texts: DrawnText[]; described: string[]; svg: string}> {
  const json = JSON.stringify(spec);
  expect(json).not.toMatch(/"(transform|aggregate|bin|regression|timeUnit)":/);
  const {svg, scene, warnings} = await drawSpec(spec as never);
  expect(warnings).toEqual([]);
  const texts: DrawnText[] = [];
  const described: string[] = [];
  const [, , width, height] = /viewBox="([^"]*)"/.exec(svg)![1]!.split(" ").map(Number) as [number, number, number, number];
  const [left, top] = /<g[^>]* transform="translate\(([^)]*)\)"/.exec(svg)![1]!.split(",").map(Number) as [number, number];
  walk((scene as unknown as {root: Mark}).root, left, top, texts, described);
  expect(width).toBe(widthPx);
  expect(texts.filter(({x1, x2, y1, y2}) => x1 < 0 || x2 > width || y1 < 0 || y2 > height)).toEqual([]);
  expect(overlapping(texts)).toEqual([]);
  return {texts, described, svg};
}

function walk(mark: Mark, dx: number, dy: number, texts: DrawnText[], described: string[]): void {
  for (const item of mark.items) {
    if (mark.marktype === "group")
      for (const each of item.items ?? []) walk(each, dx + (item.x ?? 0), dy + (item.y ?? 0), texts, described);
    if (typeof item.description === "string") described.push(item.description);
    if (mark.marktype !== "text" || item.text === "" || item.text === undefined) continue;
    const {x1, x2, y1, y2} = item.bounds;
    texts.push({text: String(item.text), x1: x1 + dx, x2: x2 + dx, y1: y1 + dy, y2: y2 + dy});
  }
}

const SLACK_PX = 1; // bounds are those of the line, not of its letters

const overlapping = (texts: readonly DrawnText[]): string[] =>
  texts.flatMap((a, i) =>
    texts
      .slice(i + 1)
      .filter((b) => Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1) > SLACK_PX && Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1) > SLACK_PX)
      .map((b) => `${a.text} | ${b.text}`),
  );

/** All values of the layers of a spec whose mark is of a type. */
export const valuesOf = (spec: object, type: string): Record<string, unknown>[] =>
  (spec as {concat: {layer: {mark: {type: string; aria?: boolean}; data: {values: Record<string, unknown>[]}}[]}[]}).concat
    .flatMap(({layer}) => layer)
    .filter(({mark}) => mark.type === type && mark.aria !== false)
    .flatMap(({data}) => data.values);
