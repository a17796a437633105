import {announce} from "../announce.js";
import {button, drawn, element} from "../element.js";
import {type TimePlot, timePlots} from "../zoom/timePlots.js";
import {labelOf} from "../zoom/timeScale.js";
import {isWhole, shifted, type View, viewOf, WHOLE, zoomed} from "../zoom/view.js";
import {zoomPlot} from "../zoom/zoomPlot.js";

const FACTOR = 2;
/** A shorter drag is a click. */
const LEAST_DRAG_PX = 6;

/** Zooms the time axes of a figure, all of them alike: by buttons, keys, or by dragging over a part of a plot. */
export class Zoom {
  #view: View = WHOLE;
  #plots: {plot: TimePlot; show: (view: View) => void}[] = [];
  #drag: {plot: TimePlot; start: number; box: SVGRectElement} | null = null;
  #dragged = false;
  readonly #in: HTMLButtonElement;
  readonly #out: HTMLButtonElement;
  readonly #reset: HTMLButtonElement;
  readonly buttons: HTMLElement;

  constructor(
    readonly name: string,
    readonly title: string,
    readonly moved: () => void,
  ) {
    const press = (text: string, label: string, view: () => View) =>
      button(text, () => this.#show(view()), {"aria-label": `${label} the time axis of ${title}`, title: `${label} the time axis`});
    this.#in = press("+", "Zoom into", () => zoomed(this.#view, FACTOR));
    this.#out = press("−", "Zoom out of", () => zoomed(this.#view, 1 / FACTOR));
    this.#reset = press("Reset", "Reset", () => WHOLE);
    const label = element("span", {class: "label"}, "Zoom");
    this.buttons = element(
      "div",
      {class: "zoom", role: "group", "aria-label": `Zoom of ${title}`},
      label,
      this.#in,
      this.#out,
      this.#reset,
    );
  }

  get isDragging(): boolean {
    return this.#drag !== null;
  }

  /** Whether what just ended was a drag, and no click. */
  get hasDragged(): boolean {
    return this.#dragged;
  }

  use(svg: SVGSVGElement): void {
    this.#plots = timePlots(svg).map((plot, i) => ({plot, show: zoomPlot(plot, `${this.name}-zoom-${i}`)}));
    this.buttons.hidden = this.#plots.length === 0;
    for (const {plot} of this.#plots) plot.group.classList.add("zoomable");
    svg.addEventListener("pointerdown", (event) => this.#start(event));
    svg.addEventListener("pointermove", (event) => this.#stretch(event));
    svg.addEventListener("pointerup", (event) => this.#end(event));
    svg.addEventListener("pointercancel", () => this.#stop());
    this.#show(this.#view, true);
  }

  /** Whether a mark is inside of what is seen of its plot. */
  isSeen(mark: SVGGraphicsElement): boolean {
    const plot = this.plotOf(mark)?.plot;
    if (plot === undefined || isWhole(this.#view)) return true;
    const {x, width} = mark.getBBox();
    const matrix = plot.group.getScreenCTM()!.inverse().multiply(mark.getScreenCTM()!);
    const [low, high] = [x, x + width].map((at) => new DOMPoint(at, 0).matrixTransform(matrix).x);
    return high! >= -1 && low! <= plot.widthPx + 1;
  }

  /** The plot with a time axis that a mark is in, and what is seen of it. */
  plotOf(mark: SVGGraphicsElement): {plot: TimePlot; view: View} | null {
    const found = this.#plots.find(({plot}) => plot.group.contains(mark));
    return found === undefined ? null : {plot: found.plot, view: this.#view};
  }

  /** Whether the key means something here. */
  key(key: string): boolean {
    if (this.#plots.length === 0) return false;
    const views: Record<string, () => View> = {
      "+": () => zoomed(this.#view, FACTOR),
      "=": () => zoomed(this.#view, FACTOR),
      "-": () => zoomed(this.#view, 1 / FACTOR),
      "0": () => WHOLE,
      "<": () => shifted(this.#view, -0.25),
      ">": () => shifted(this.#view, 0.25),
    };
    const view = views[key];
    if (view === undefined) return false;
    this.#show(view());
    return true;
  }

  #show(view: View, silent = false): void {
    this.#view = view;
    for (const {show} of this.#plots) show(view);
    const states: [HTMLButtonElement, boolean][] = [
      [this.#in, zoomed(view, FACTOR).to - zoomed(view, FACTOR).from === view.to - view.from],
      [this.#out, isWhole(view)],
      [this.#reset, isWhole(view)],
    ];
    // not `disabled`: the keyboard would lose its place when the last step is taken
    for (const [each, isOff] of states) each.setAttribute("aria-disabled", String(isOff));
    this.moved();
    const first = this.#plots[0]?.plot;
    if (silent || first === undefined) return;
    const [low, high] = [view.from, view.to].map((share) => labelOf(Math.round(first.scale.secondsAt(share * first.widthPx))));
    announce(isWhole(view) ? "The whole time axis is shown." : `The time axis is shown from ${low} to ${high}.`);
  }

  /** Touches scroll the page. */
  #start(event: PointerEvent): void {
    this.#dragged = false;
    if (event.button !== 0 || event.pointerType === "touch") return;
    const found = this.#plots.find(({plot}) => {
      const {x, y} = inside(plot, event);
      return x >= 0 && x <= plot.widthPx && y >= 0 && y <= plot.heightPx;
    });
    if (found === undefined) return;
    const {plot} = found;
    const box = drawn("rect", {class: "selection", x: 0, y: 0, width: 0, height: plot.heightPx});
    this.#drag = {plot, start: inside(plot, event).x, box};
  }

  #stretch(event: PointerEvent): void {
    if (this.#drag === null) return;
    const {plot, start, box} = this.#drag;
    const end = Math.min(Math.max(0, inside(plot, event).x), plot.widthPx);
    if (Math.abs(end - start) < LEAST_DRAG_PX) return;
    if (!box.isConnected) {
      plot.group.append(box);
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
    }
    box.setAttribute("x", String(Math.min(start, end)));
    box.setAttribute("width", String(Math.abs(end - start)));
  }

  #end(event: PointerEvent): void {
    if (this.#drag === null) return;
    const {plot, start} = this.#drag;
    const end = Math.min(Math.max(0, inside(plot, event).x), plot.widthPx);
    const wasDrag = this.#drag.box.isConnected;
    this.#stop();
    if (!wasDrag) return;
    this.#dragged = true;
    const width = this.#view.to - this.#view.from;
    const shareAt = (x: number) => this.#view.from + (x / plot.widthPx) * width;
    this.#show(viewOf(shareAt(start), shareAt(end)));
  }

  #stop(): void {
    this.#drag?.box.remove();
    this.#drag = null;
  }
}

/** Where the pointer is in a plot, in px of the drawing. */
const inside = ({group}: TimePlot, {clientX, clientY}: PointerEvent) =>
  new DOMPoint(clientX, clientY).matrixTransform(group.getScreenCTM()!.inverse());
