import {announce} from "../announce.js";
import {element} from "../element.js";
import {unpacked} from "../unpacked.js";
import {downloads} from "./downloads.js";
import {drawingOf, svgText} from "./drawingOf.js";
import {Isolation} from "./isolation.js";
import {keyEntries} from "./keyEntries.js";
import {type FigureMark, marksOf, namesOf} from "./marks.js";
import {NearestMark} from "./nearestMark.js";
import {neighbour} from "./neighbour.js";
import {readLine} from "./readLine.js";
import {Tooltip} from "./tooltip.js";
import {Zoom} from "./zoom.js";

/** A figure's drawing as it is shown, and what finds its marks. */
type Shown = {svg: SVGSVGElement; marks: readonly FigureMark[]; nearest: NearestMark};

/** Puts the drawing itself in the place of its image, and lets a reader point at it, isolate, zoom and take it along. */
export async function enhanceFigure(figure: HTMLElement): Promise<void> {
  const image = figure.querySelector("img");
  const frame = figure.querySelector<HTMLElement>(".drawing");
  if (image === null || frame === null) return;
  const {figure: name, number, narrow: media} = figure.dataset;
  const isNarrow = matchMedia(media!);
  const address = image.getAttribute("src")!;
  const wide = svgText(address);
  const drawing = async () => (isNarrow.matches ? await unpacked(`narrow-${name}`) : null);
  const view = new FigureView(name!, `figure ${number}`, frame, wide, await drawing());
  frame.after(view.tools(address));
  isNarrow.addEventListener("change", async () => view.show(await drawing()));
}

class FigureView {
  readonly #tooltip: Tooltip;
  readonly #zoom: Zoom;
  readonly #isolation: Isolation;
  #shown: Shown;
  #current: FigureMark | null = null;

  constructor(
    readonly name: string,
    readonly title: string,
    readonly frame: HTMLElement,
    readonly wide: string,
    narrow: string | null,
  ) {
    this.#zoom = new Zoom(name, title, () => this.#hasMoved());
    this.#tooltip = new Tooltip(frame);
    this.#shown = this.#drawn(narrow);
    this.#isolation = new Isolation(this.#shown.marks, `Participants of ${title}`);
    this.#use(this.#shown);
    this.#listen();
  }

  /** @param narrow The drawing in one column; null for the wide one, which a phone scrolls sideways. */
  show(narrow: string | null): void {
    this.#shown = this.#drawn(narrow);
    this.#use(this.#shown);
  }

  #drawn(narrow: string | null): Shown {
    const svg = drawingOf(narrow ?? this.wide);
    const marks = marksOf(svg);
    this.frame.querySelector("img, svg")?.replaceWith(svg);
    this.frame.classList.toggle("scrolls", narrow === null);
    return {svg, marks, nearest: new NearestMark(svg, marks, (mark) => this.#zoom.isSeen(mark.element))};
  }

  #use({svg, marks}: Shown): void {
    this.#zoom.use(svg);
    this.#isolation.use(marks, keyEntries(svg, namesOf(marks)));
    if (marks.every(({text}) => text === "")) return;
    const keys = "arrow keys go from point to point, Enter isolates, Escape shows all";
    this.frame.setAttribute("aria-label", `Data of ${this.title}: ${keys}`);
  }

  /** The buttons below the drawing. */
  tools(address: string): HTMLElement {
    const {name, title, wide: svg} = this;
    const files = element("div", {class: "downloads", role: "group", "aria-label": `Downloads of ${title}`});
    files.append(
      element("span", {class: "label"}, "Download"),
      ...downloads({name, title, svg, address, csv: () => unpacked(`rows-${name}`)}),
    );
    return element("div", {class: "tools"}, this.#isolation.list, this.#zoom.buttons, files);
  }

  #hasMoved(): void {
    this.#shown.nearest.moved();
    this.#leave();
  }

  #listen(): void {
    const {frame} = this;
    frame.addEventListener("keydown", (event) => this.#key(event));
    frame.addEventListener("blur", () => this.#leave());
    frame.addEventListener("pointermove", ({clientX: x, clientY: y, pointerType}) => {
      if (pointerType !== "touch") this.#pointAt({x, y});
    });
    frame.addEventListener("pointerleave", ({pointerType}) => {
      if (pointerType !== "touch") this.#leave(); // a finger leaves when it has pointed
    });
    frame.addEventListener("click", (event) => this.#click(event));
    window.addEventListener("resize", () => this.#hasMoved());
  }

  #pointAt(point: {x: number; y: number}): void {
    const mark = this.#zoom.isDragging ? null : this.#shown.nearest.at(point, this.#isolation.name);
    if (mark === null) {
      this.#leave();
      return;
    }
    this.#current = mark;
    this.#tooltip.show(mark, this.#textAt(mark, point.x), mark.shape === "line" ? point : this.#shown.nearest.centreOf(mark));
  }

  /** Lines stand for all of their points; what they say at one is read off the axes. */
  #textAt({element: mark, shape, text}: FigureMark, x: number): string {
    const plot = shape === "line" && text === "" ? this.#zoom.plotOf(mark) : null;
    return plot === null ? text : readLine(mark, x, plot);
  }

  #leave(): void {
    this.#current = null;
    this.#tooltip.hide();
  }

  /** A finger says first where it points, and isolates when it comes back to the same mark. */
  #click(event: MouseEvent): void {
    if (this.#zoom.hasDragged) return;
    const point = {x: event.clientX, y: event.clientY};
    const keys = keyEntries(this.#shown.svg, namesOf(this.#shown.marks));
    const key = keys.find(({parts}) => parts.some((part) => part.contains(event.target as Node)));
    const mark = key === undefined ? this.#shown.nearest.at(point) : null;
    const isNew = mark !== this.#current;
    if (key === undefined) this.#pointAt(point);
    if (mark !== null && isNew && (event as PointerEvent).pointerType === "touch") return;
    const name = key?.name ?? mark?.name ?? null;
    if (name !== null || this.#isolation.name !== null) this.#isolation.toggle(name);
  }

  #key(event: KeyboardEvent): void {
    if (event.target !== this.frame || event.ctrlKey || event.metaKey || event.altKey) return;
    const {key} = event;
    const step = neighbour(this.#shown.marks, this.#current, key, (mark) => this.#shown.nearest.centreOf(mark), this.#isolation.name);
    if (step !== null) this.#stepTo(step);
    else if (key === "Enter" || key === " ") this.#isolation.toggle(this.#current?.name ?? null);
    else if (key === "Escape") {
      this.#leave();
      this.#isolation.toggle(null);
    } else if (!this.#zoom.key(key)) return;
    event.preventDefault();
  }

  #stepTo(mark: FigureMark): void {
    this.#current = mark;
    this.#tooltip.show(mark, mark.text, this.#shown.nearest.centreOf(mark));
    announce(`${mark.name}: ${mark.text}`);
  }
}
