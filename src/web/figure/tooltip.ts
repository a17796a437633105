import {element} from "../element.js";
import type {FigureMark} from "./marks.js";

const GAP_PX = 12;

/** A box beside a mark that says whose it is and what it says. */
export class Tooltip {
  readonly #box = element("div", {class: "tooltip", hidden: "", "aria-hidden": "true"}); // the page announces what it says
  #shown: FigureMark | null = null;

  constructor(readonly frame: HTMLElement) {
    frame.append(this.#box);
  }

  /** @param at In px of the window. */
  show(mark: FigureMark, text: string, at: {x: number; y: number}): void {
    if (mark !== this.#shown) {
      this.hide();
      this.#shown = mark;
      mark.element.classList.add("pointed");
    }
    this.#box.replaceChildren(element("strong", {}, mark.name), ...(text === "" ? [] : [element("span", {}, text)]));
    this.#box.hidden = false;
    this.#place(at);
  }

  hide(): void {
    this.#shown?.element.classList.remove("pointed");
    this.#shown = null;
    this.#box.hidden = true;
  }

  /** Right of the mark and above it, but inside the frame. CSSOM, because the page's policy allows no style attributes. */
  #place({x, y}: {x: number; y: number}): void {
    const frame = this.frame.getBoundingClientRect();
    const {width, height} = this.#box.getBoundingClientRect();
    const right = x - frame.left + GAP_PX;
    const left = right + width <= frame.width ? right : x - frame.left - GAP_PX - width;
    const above = y - frame.top - GAP_PX - height;
    this.#box.style.left = `${Math.max(0, Math.min(left, frame.width - width)) + this.frame.scrollLeft}px`;
    this.#box.style.top = `${above >= 0 ? above : y - frame.top + GAP_PX}px`;
  }
}
