import {placeOf, type TimePlot} from "../zoom/timePlots.js";
import {labelOf} from "../zoom/timeScale.js";
import {type ValueTick, valueOfLabel, valueScale} from "../zoom/valueScale.js";
import type {View} from "../zoom/view.js";
import {verticesOf} from "./verticesOf.js";

/**
 * What a line says at a place where it has no point of its own: time and value, read off the axes at the corner of the line that
 * is nearest. Empty where the axes cannot be read.
 *
 * @param x In px of the window. @param view What is seen of the time axis.
 */
export function readLine(line: SVGGraphicsElement, x: number, {plot, view}: {plot: TimePlot; view: View}): string {
  const read = valueScale(valueTicks(plot.group)) ?? valueScale(valueTicks(firstPlot(plot.group)));
  if (read === null) return "";
  const at = new DOMPoint(x, 0).matrixTransform(line.getScreenCTM()!.inverse()).x;
  const corners = verticesOf(line.getAttribute("d") ?? "");
  if (corners.length === 0) return "";
  const corner = corners.reduce((a, b) => (Math.abs(b.x - at) < Math.abs(a.x - at) ? b : a));
  const seconds = plot.scale.secondsAt(view.from * plot.widthPx + corner.x * (view.to - view.from));
  return `${labelOf(Math.round(seconds / 60) * 60)}: about ${read(corner.y).toFixed(2).replace("-", "−")}`;
}

/** Panels that share an axis have its labels at the first one. */
const firstPlot = (group: SVGGElement) =>
  (group.ownerSVGElement?.querySelector("g.role-axis-label")?.closest("g.role-axis")?.parentElement as SVGGElement | null | undefined) ??
  group;

/** Ticks of the plot's y axis. The middle of a label is at its tick, its baseline below by what Vega takes for it. */
function valueTicks(group: SVGGElement): ValueTick[] {
  for (const axis of group.querySelectorAll(":scope > g.role-axis g.role-axis-label")) {
    const labels = [...axis.querySelectorAll("text")];
    const ticks = labels.map((label) => ({
      value: valueOfLabel(label.textContent ?? ""),
      x: placeOf(label).x,
      y: placeOf(label).y - Math.round(0.3 * Number.parseFloat(label.getAttribute("font-size") ?? "9")),
    }));
    if (ticks.length > 1 && ticks.every(({value, x}) => value !== null && x === ticks[0]!.x)) return ticks as (ValueTick & {x: number})[];
  }
  return [];
}
