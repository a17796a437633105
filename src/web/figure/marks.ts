import {MARK_TEXT_SEPARATOR} from "../../figure/marks/markText.js";

/** Something drawn of a participant. */
export type FigureMark = {
  element: SVGGraphicsElement;
  name: string;
  /** What is said there; empty for lines and bands that stand for the whole participant. */
  text: string;
  shape: "point" | "line" | "area";
};

/**
 * The marks of a drawing, which stand for participants by what their labels begin with. Labels are taken off: the
 * drawing as a whole is one image to assistive technology, and the page says at a mark what it stands for.
 */
export function marksOf(svg: SVGSVGElement): FigureMark[] {
  const marks = [...svg.querySelectorAll<SVGGraphicsElement>(".role-mark [aria-label]")].map(markOf);
  for (const {element} of marks) element.removeAttribute("aria-label");
  return marks;
}

function markOf(element: SVGGraphicsElement): FigureMark {
  const label = element.getAttribute("aria-label")!;
  const at = label.indexOf(MARK_TEXT_SEPARATOR);
  const kind = element.parentElement!.classList;
  return {
    element,
    name: at < 0 ? label : label.slice(0, at),
    text: at < 0 ? "" : label.slice(at + MARK_TEXT_SEPARATOR.length),
    shape: kind.contains("mark-line") ? "line" : kind.contains("mark-area") ? "area" : "point",
  };
}

/** Who is in the marks, in the order that they are drawn in, each once. */
export const namesOf = (marks: readonly FigureMark[]): string[] => [...new Set(marks.map(({name}) => name))];
