import {drawn} from "../element.js";
import {pathX} from "./pathX.js";
import {ticksBetween} from "./ticksBetween.js";
import {placeOf, type TimePlot} from "./timePlots.js";
import {labelOf} from "./timeScale.js";
import {isWhole, type View} from "./view.js";

/** Points at the edge are not cut in half. */
const EDGE_PX = 4;
/** Labels of ticks are at most about this wide. */
const TICK_GAP_PX = 34;

/** Moves what a plot shows to a part of its time axis, and back: each attribute that is changed is kept as it was drawn. */
export function zoomPlot(plot: TimePlot, clipId: string): (view: View) => void {
  const moving = [...plot.group.querySelectorAll<SVGElement>(".role-mark:not([aria-hidden]) > *")].filter(
    (mark) => mark instanceof SVGElement,
  );
  const restores = moving.map((mark) => attributesOf(mark));
  const extra: SVGElement[] = [];
  const clip = clipPaths(plot, clipId);
  return (view) => {
    const scale = 1 / (view.to - view.from);
    const shift = -view.from * plot.widthPx * scale;
    for (const [i, mark] of moving.entries()) move(mark, restores[i]!, scale, shift);
    clip(!isWhole(view));
    for (const each of extra.splice(0)) each.remove();
    extra.push(...moveTicks(plot, view, scale, shift));
  };
}

type Drawn = Record<"transform" | "d" | "x2", string | null>;

const attributesOf = (mark: Element): Drawn => ({
  transform: mark.getAttribute("transform"),
  d: mark.getAttribute("d"),
  x2: mark.getAttribute("x2"),
});

/** Points and texts move; lines, areas, bars and rules grow with the axis. */
function move(mark: SVGElement, {transform, d, x2}: Drawn, scale: number, shift: number): void {
  const isWhere = transform?.startsWith("translate(") ?? false;
  if (transform !== null && isWhere) {
    const [, x, y] = /translate\(([^,)]+)[, ]([^)]+)\)/.exec(transform)!;
    const moved = Number(x) * scale + shift;
    mark.setAttribute("transform", scale === 1 ? transform : transform.replace(/translate\([^)]*\)/, `translate(${moved},${y})`));
  }
  const grows = d !== null && mark.parentElement?.classList.contains("mark-symbol") === false;
  if (grows) mark.setAttribute("d", scale === 1 ? d : pathX(d, scale, isWhere ? 0 : shift));
  if (x2 !== null) mark.setAttribute("x2", String(Number(x2) * scale));
}

/** Everything that moves is cut off at the plot's edges while a part of the axis is seen, points only where all of them is outside. */
function clipPaths({group, widthPx, heightPx}: TimePlot, id: string): (isOn: boolean) => void {
  const box = (edge: number) => ({x: -edge, y: -EDGE_PX, width: widthPx + 2 * edge, height: heightPx + 2 * EDGE_PX});
  const layers = [...group.children].filter((layer) => isMoving(layer) || layer.querySelector(".role-mark:not([aria-hidden])") !== null);
  group.prepend(drawn("clipPath", {id}, drawn("rect", box(0))), drawn("clipPath", {id: `${id}-points`}, drawn("rect", box(EDGE_PX))));
  return (isOn) => {
    for (const layer of layers) {
      if (isOn) layer.setAttribute("clip-path", `url(#${id}${layer.classList.contains("mark-symbol") ? "-points" : ""})`);
      else layer.removeAttribute("clip-path");
    }
  };
}

const isMoving = (layer: Element) => layer.classList.contains("role-mark") && layer.getAttribute("aria-hidden") !== "true";

/** The axis' own ticks where they are seen, and further ones between them where there is room. Returns the further ones. */
function moveTicks({widthPx, scale: axis, ticks, labels, lines}: TimePlot, view: View, scale: number, shift: number): SVGElement[] {
  const xOf = (seconds: number) => axis.xOf(seconds) * scale + shift;
  for (const each of [...labels, ...lines]) {
    const {x, y} = drawnAt(each);
    const moved = x * scale + shift;
    each.setAttribute("transform", `translate(${moved},${y})`);
    each.setAttribute("visibility", moved >= -1 && moved <= widthPx + 1 ? "visible" : "hidden");
  }
  if (isWhole(view)) return [];
  const seen = [axis.secondsAt(view.from * widthPx), axis.secondsAt(view.to * widthPx)] as const;
  const own = ticks.map(({seconds}) => seconds);
  const further = ticksBetween(seen, own, {xOf, gapPx: TICK_GAP_PX}).filter((seconds) => !own.includes(seconds));
  return further.flatMap((seconds) =>
    [labels[0]!, ...lines.filter((line) => isBeside(line, labels[0]!))].map((like) => copyAt(like, seconds, xOf)),
  );
}

/** Where a tick was drawn, whatever has been done to it since. */
function drawnAt(tick: SVGElement): {x: number; y: number} {
  const at = places.get(tick) ?? placeOf(tick);
  places.set(tick, at);
  return at;
}
const places = new WeakMap<SVGElement, {x: number; y: number}>();

/** Lines are drawn at whole px, labels where the value is. */
const isBeside = (line: SVGElement, label: SVGElement) => Math.abs(drawnAt(line).x - drawnAt(label).x) < 1;

function copyAt(like: SVGElement, seconds: number, xOf: (seconds: number) => number): SVGElement {
  const copy = like.cloneNode(true) as SVGElement;
  copy.setAttribute("transform", `translate(${xOf(seconds)},${drawnAt(like).y})`);
  copy.setAttribute("visibility", "visible");
  if (copy.tagName === "text") copy.textContent = labelOf(seconds);
  like.parentElement!.append(copy);
  return copy;
}
