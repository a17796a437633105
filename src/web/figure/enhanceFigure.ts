import {announce} from "../announce.js";
import {element} from "../element.js";
import {downloads} from "./downloads.js";
import {drawingOf, svgText} from "./drawingOf.js";
import {Isolation} from "./isolation.js";
import {keyEntries} from "./keyEntries.js";
import {type FigureMark, marksOf, namesOf} from "./marks.js";
import {NearestMark} from "./nearestMark.js";
import {neighbour} from "./neighbour.js";
import {Tooltip} from "./tooltip.js";
import {Zoom} from "./zoom.js";

/** A figure's drawing as it is shown, and what finds its marks. */
type Shown = {svg: SVGSVGElement; marks: readonly FigureMark[]; nearest: NearestMark};

/** Puts the drawing itself in the place of its image, and lets a reader point at it, isolate, zoom and take it along. */
export function enhanceFigure(figure: HTMLElement): void {
  const image = figure.querySelector("img");
  const frame = figure.querySelector<HTMLElement>(".drawing");
  if (image === null || frame === null) return;
  const narrow = figure.querySelector("source");
  const address = image.getAttribute("src")!;
  const svg = svgText(address);
  new FigureView(figure, frame, {wide: svg, narrow: narrow && svgText(narrow.srcset)}, {media: narrow?.media ?? null, address});
}

class FigureView {
  readonly #title: string;
  readonly #tooltip: Tooltip;
  readonly #zoom: Zoom;
  readonly #isolation: Isolation;
  #shown: Shown;
  #current: FigureMark | null = null;

  constructor(
    figure: HTMLElement,
    readonly frame: HTMLElement,
    readonly drawings: {wide: string; narrow: string | null},
    {media, address}: {media: string | null; address: string},
  ) {
    const name = figure.dataset.figure!;
    this.#title = `figure ${figure.dataset.number}`;
    const isNarrow = media === null ? null : matchMedia(media);
    this.#zoom = new Zoom(name, this.#title, () => this.#hasMoved());
    this.#shown = this.#draw(isNarrow?.matches ?? false);
    this.#isolation = new Isolation(this.#shown.marks, `Participants of ${this.#title}`);
    this.#tooltip = new Tooltip(frame);
    this.#use(this.#shown);
    isNarrow?.addEventListener("change", ({matches}) => {
      this.#shown = this.#draw(matches);
      this.#use(this.#shown);
    });
    const rows = document.getElementById(`rows-${name}`);
    const csv = rows === null ? null : (JSON.parse(rows.textContent!) as string);
    const files = element("div", {class: "downloads", role: "group", "aria-label": `Downloads of ${this.#title}`});
    files.append(element("span", {class: "label"}, "Download"), ...downloads({name, title: this.#title, svg: drawings.wide, address, csv}));
    frame.after(element("div", {class: "tools"}, this.#isolation.list, this.#zoom.buttons, files));
    this.#listen();
  }

  #draw(narrow: boolean): Shown {
    const svg = drawingOf((narrow ? this.drawings.narrow : null) ?? this.drawings.wide);
    const marks = marksOf(svg);
    return {svg, marks, nearest: new NearestMark(svg, marks, (mark) => this.#zoom.isSeen(mark.element))};
  }

  #use({svg, marks}: Shown): void {
    this.frame.querySelector("picture, img, svg:not(.swatch)")?.replaceWith(svg);
    this.#zoom.use(svg);
    this.#isolation.use(marks, keyEntries(svg, namesOf(marks)));
    this.#leave();
  }

  #hasMoved(): void {
    this.#shown?.nearest.moved();
    this.#leave();
  }

  /** The frame takes the keyboard where there is something to step through. */
  #listen(): void {
    const {frame} = this;
    if (this.#shown.marks.some(({text}) => text !== "")) {
      frame.tabIndex = 0;
      frame.setAttribute("role", "group");
      frame.setAttribute("aria-label", `Data of ${this.#title}: arrow keys go from point to point, Enter isolates, Escape shows all`);
    }
    frame.addEventListener("keydown", (event) => this.#key(event));
    frame.addEventListener("blur", () => this.#leave());
    frame.addEventListener("pointermove", ({clientX: x, clientY: y}) => this.#pointAt({x, y}));
    frame.addEventListener("pointerleave", () => this.#leave());
    frame.addEventListener("click", (event) => this.#click(event));
    window.addEventListener("resize", () => this.#shown.nearest.moved());
  }

  #pointAt(point: {x: number; y: number}): void {
    const mark = this.#zoom.isDragging ? null : this.#shown.nearest.at(point);
    if (mark === null) {
      this.#leave();
      return;
    }
    this.#current = mark;
    this.#tooltip.show(mark, mark.shape === "line" ? point : this.#shown.nearest.centreOf(mark));
  }

  #leave(): void {
    this.#current = null;
    this.#tooltip?.hide();
  }

  #click({target, clientX: x, clientY: y}: MouseEvent): void {
    if (this.#zoom.hasDragged) return;
    const key = keyEntries(this.#shown.svg, namesOf(this.#shown.marks)).find(({parts}) =>
      parts.some((part) => part.contains(target as Node)),
    );
    const name = key?.name ?? this.#shown.nearest.at({x, y})?.name ?? null;
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
    this.#tooltip.show(mark, this.#shown.nearest.centreOf(mark));
    announce(`${mark.name}: ${mark.text}`);
  }
}
