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
  const axis = labelGroup.closest<SVGGElement>("g.role-axis");
  const domain = axis?.querySelector("g.role-axis-domain line");
  if (!axis || !domain || scale === null) return null;
  // an x axis lies at the lower edge of its plot, and is as long as the plot is wide
  const [widthPx, heightPx] = [Number(domain.getAttribute("x2")), Math.floor(placeOf(axis.firstElementChild!).y)];
  const group = axis.parentElement as unknown as SVGGElement;
  const lines = [...group.querySelectorAll<SVGLineElement>("g.role-axis-tick line, g.role-axis-grid line")];
  const isVertical = (line: SVGLineElement) => Number(line.getAttribute("x2")) === 0 && Number(line.getAttribute("y2")) !== 0;
  return {group, widthPx, heightPx, scale, ticks, labels, lines: lines.filter(isVertical)};
}

const isTime = (tick: {seconds: number | null; x: number}): tick is Tick => tick.seconds !== null;

/** Where `translate(x,y)` puts something. */
export function placeOf(place: Element): {x: number; y: number} {
  const match = /translate\(([^,)]+)[, ]([^)]+)\)/.exec(place.getAttribute("transform") ?? "");
  return match === null ? {x: 0, y: 0} : {x: Number(match[1]), y: Number(match[2])};
}
