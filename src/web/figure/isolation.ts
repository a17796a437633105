import {announce} from "../announce.js";
import {button, drawn, element} from "../element.js";
import type {KeyEntry} from "./keyEntries.js";
import {type FigureMark, namesOf} from "./marks.js";

/** Shows one participant of a figure alone, the others faded: by buttons, or whatever else calls `toggle`. */
export class Isolation {
  #name: string | null = null;
  #marks: readonly FigureMark[] = [];
  #keys: readonly KeyEntry[] = [];
  readonly #buttons = new Map<string | null, HTMLButtonElement>();
  readonly list: HTMLElement;

  constructor(marks: readonly FigureMark[], label: string) {
    this.list = element("div", {class: "participants", role: "group", "aria-label": label}, element("span", {class: "label"}, "Show"));
    const names = namesOf(marks);
    for (const name of [null, ...names]) {
      const press = button(name ?? "All", () => this.toggle(name), {"aria-pressed": String(name === null)});
      if (name !== null) press.prepend(swatch(marks.filter((mark) => mark.name === name)));
      this.#buttons.set(name, press);
      this.list.append(press);
    }
    this.list.hidden = names.length < 2;
  }

  get name(): string | null {
    return this.#name;
  }

  /** The marks to work on: those of the drawing that is shown. */
  use(marks: readonly FigureMark[], keys: readonly KeyEntry[]): void {
    this.#marks = marks;
    this.#keys = keys;
    for (const {parts} of keys) for (const part of parts) part.classList.add("key");
    this.#apply();
  }

  /** Null, or the name that is shown already, for all. */
  toggle(name: string | null): void {
    if (name === this.#name && name === null) return;
    this.#name = name === this.#name ? null : name;
    this.#apply();
    announce(this.#name === null ? "All participants are shown." : `${this.#name} alone is shown.`);
  }

  #apply(): void {
    const fades = (name: string) => this.#name !== null && name !== this.#name;
    for (const {element: mark, name} of this.#marks) mark.classList.toggle("faded", fades(name));
    for (const {name, parts} of this.#keys) for (const part of parts) part.classList.toggle("faded", fades(name));
    for (const [name, press] of this.#buttons) press.setAttribute("aria-pressed", String(name === this.#name));
  }
}

/** The colour of a participant, as an attribute of what is drawn, so that it turns dark with the figures. */
function swatch(marks: readonly FigureMark[]): SVGElement {
  const colors = marks.flatMap(({element: mark}) => [mark.getAttribute("stroke"), mark.getAttribute("fill")]);
  const color = colors.find((each) => each?.startsWith("#")) ?? "currentColor";
  return drawn("svg", {class: "swatch", viewBox: "0 0 10 10", "aria-hidden": "true"}, drawn("circle", {cx: 5, cy: 5, r: 4, fill: color}));
}
