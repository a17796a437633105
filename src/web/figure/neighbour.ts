import {type FigureMark, namesOf} from "./marks.js";

type Point = {x: number; y: number};

/**
 * The mark that an arrow key leads to: left and right along one participant, up and down to the next participant's nearest mark,
 * Home and End to the participant's first and last. Null for other keys, and where there is none.
 */
export function neighbour(
  marks: readonly FigureMark[],
  current: FigureMark | null,
  key: string,
  centreOf: (mark: FigureMark) => Point,
  isolated: string | null,
): FigureMark | null {
  if (!["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"].includes(key)) return null;
  const told = marks.filter(({name, text}) => text !== "" && (isolated === null || name === isolated));
  const names = namesOf(told);
  const name = current !== null && names.includes(current.name) ? current.name : names[0];
  if (name === undefined) return null;
  const own = alongX(told, name, centreOf);
  if (current === null || !own.includes(current)) return own[0]!;
  const at = own.indexOf(current);
  if (key === "Home" || key === "End") return own.at(key === "Home" ? 0 : -1)!;
  if (key === "ArrowLeft" || key === "ArrowRight") return own[at + (key === "ArrowLeft" ? -1 : 1)] ?? current;
  const other = names[names.indexOf(name) + (key === "ArrowUp" ? -1 : 1)];
  return other === undefined ? current : nearestTo(alongX(told, other, centreOf), current, centreOf);
}

/** Panel by panel as they are drawn, and from left to right in each: later marks of a panel may lie further left. */
function alongX(marks: readonly FigureMark[], name: string, centreOf: (mark: FigureMark) => Point): FigureMark[] {
  const panelOf = ({element}: FigureMark) => element.closest('g[class*="concat_"][class*="_group"]');
  const panels = [...new Set(marks.map(panelOf))];
  return marks
    .filter((mark) => mark.name === name)
    .map((mark) => ({mark, panel: panels.indexOf(panelOf(mark)), ...centreOf(mark)}))
    .sort((a, b) => a.panel - b.panel || a.x - b.x || a.y - b.y)
    .map(({mark}) => mark);
}

function nearestTo(marks: readonly FigureMark[], current: FigureMark, centreOf: (mark: FigureMark) => Point): FigureMark {
  const from = centreOf(current);
  const distance = (mark: FigureMark) => Math.hypot(centreOf(mark).x - from.x, centreOf(mark).y - from.y);
  return marks.reduce((a, b) => (distance(b) < distance(a) ? b : a));
}
