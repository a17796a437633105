import {secondsOf, type Tick, type TimeScale, timeScale} from "./timeScale.js";

/** A plot of a figure whose x axis is one of time. */
export type TimePlot = {
  /** Holds axes and marks, in px from the plot's upper left corner. */
  group: SVGGElement;
  widthPx: number;
  heightPx: number;
  scale: TimeScale;
  ticks: readonly Tick[];
  /** Of the axis: what stands for a tick, and its text. */
  labels: SVGTextElement[];
  lines: SVGLineElement[];
};

/** The plots of a drawing with an axis of time, found by its labels: all of them durations. */
export function timePlots(svg: SVGSVGElement): TimePlot[] {
  const plots = [...svg.querySelectorAll<SVGGElement>("g.role-axis-label")].map(plotOf);
  return plots.filter((plot) => plot !== null);
}

function plotOf(labelGroup: SVGGElement): TimePlot | null {
  const labels = [...labelGroup.querySelectorAll("text")];
  const places = labels.map(placeOf);
  const ticks = labels.map((label, i) => ({seconds: secondsOf(label.textContent ?? ""), x: places[i]!.x}));
  if (labels.length < 2 || places.some(({y}) => y !== places[0]!.y) || !ticks.every(isTime)) return null;
  const scale = timeScale(ticks);
  const group = labelGroup.closest<SVGGElement>("g.role-axis")?.parentElement as SVGGElement | null | undefined;
  const size = /h([\d.]+)v([\d.]+)/.exec(group?.parentElement?.querySelector(":scope > path.background")?.getAttribute("d") ?? "");
  if (!group || size === null || scale === null) return null;
  const lines = [...group.querySelectorAll<SVGLineElement>("g.role-axis-tick line, g.role-axis-grid line")];
  const isVertical = (line: SVGLineElement) => Number(line.getAttribute("x2")) === 0 && Number(line.getAttribute("y2")) !== 0;
  return {group, widthPx: Number(size[1]), heightPx: Number(size[2]), scale, ticks, labels, lines: lines.filter(isVertical)};
}

const isTime = (tick: {seconds: number | null; x: number}): tick is Tick => tick.seconds !== null;

/** Where `translate(x,y)` puts something. */
export function placeOf(place: Element): {x: number; y: number} {
  const match = /translate\(([^,)]+)[, ]([^)]+)\)/.exec(place.getAttribute("transform") ?? "");
  return match === null ? {x: 0, y: 0} : {x: Number(match[1]), y: Number(match[2])};
}
