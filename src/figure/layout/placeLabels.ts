/** A label that wants to stand at a point: where the point is, and how large the label is, in px. */
export type LabelWish = {xPx: number; yPx: number; widthPx: number; heightPx: number};

/** The label's upper left corner; `far` where it is so far from its point that a line should join them. */
export type LabelPlace = {left: number; top: number; far: boolean};

export type LabelArea = {
  /** Of the plot: labels stay inside. */
  widthPx: number;
  heightPx: number;
  /** Of the points that have labels; no label covers one. */
  pointRadiusPx: number;
  /** Points of lines, which labels keep off as long as they need not go far for it. */
  lines?: readonly {xPx: number; yPx: number}[];
};

type Box = {x1: number; x2: number; y1: number; y2: number};
type Candidate = {box: Box; ring: number};

/** Directions from a point to its label: beside it, where it reads most easily, then above and below, corners last. */
const DIRECTIONS = [
  [1, 0],
  [-1, 0],
  [0, -1],
  [0, 1],
  [1, -1],
  [1, 1],
  [-1, -1],
  [-1, 1],
] as const;

const GAP_PX = 3;
const RING_PX = 8;
const APART_PX = 4; // between two labels on one line
const RINGS = 12;
/** How far out a label goes to keep off lines. */
const LINE_RINGS = 3;

/**
 * Places for labels at points of a plot so that they cover neither each other nor a point: one after another in the order given, each in
 * the first of eight places around its point that is free, else further and further out.
 *
 * @returns In the order given; null where nothing near is free.
 * @example placeLabels([{xPx: 50, yPx: 50, widthPx: 10, heightPx: 10}], {widthPx: 100, heightPx: 100, pointRadiusPx: 2}) // => [{left: 55, top: 45, far: false}]
 */
export function placeLabels(wishes: readonly LabelWish[], area: LabelArea): (LabelPlace | null)[] {
  const taken = wishes.map(({xPx, yPx}) => around(xPx, yPx, area.pointRadiusPx));
  const lines = (area.lines ?? []).map(({xPx, yPx}) => around(xPx, yPx, 1));
  return wishes.map((wish) => {
    const free = candidates(wish, area).filter(({box}) => isInside(box, area) && isFree(box, taken));
    const chosen = free.find(({box, ring}) => ring < LINE_RINGS && isFree(box, lines)) ?? free[0];
    if (chosen === undefined) return null;
    taken.push({...chosen.box, x1: chosen.box.x1 - APART_PX, x2: chosen.box.x2 + APART_PX});
    return {left: chosen.box.x1, top: chosen.box.y1, far: chosen.ring > 0};
  });
}

function candidates(wish: LabelWish, {pointRadiusPx}: LabelArea): Candidate[] {
  return Array.from({length: RINGS}, (_, ring) => {
    const away = pointRadiusPx + GAP_PX + ring * RING_PX;
    return DIRECTIONS.map(([dx, dy]) => ({box: boxAt(wish, dx, dy, away), ring}));
  }).flat();
}

/** In a direction, with the nearest edge or corner that far from the point. */
function boxAt({xPx, yPx, widthPx, heightPx}: LabelWish, dx: number, dy: number, away: number): Box {
  const step = dx !== 0 && dy !== 0 ? away * Math.SQRT1_2 : away;
  const left = xPx + dx * step - (widthPx * (1 - dx)) / 2;
  const top = yPx + dy * step - (heightPx * (1 - dy)) / 2;
  return {x1: left, x2: left + widthPx, y1: top, y2: top + heightPx};
}

const around = (x: number, y: number, radius: number): Box => ({x1: x - radius, x2: x + radius, y1: y - radius, y2: y + radius});

const isInside = ({x1, x2, y1, y2}: Box, {widthPx, heightPx}: LabelArea): boolean => x1 >= 0 && x2 <= widthPx && y1 >= 0 && y2 <= heightPx;

const isFree = (box: Box, others: readonly Box[]): boolean =>
  others.every((other) => box.x2 <= other.x1 || other.x2 <= box.x1 || box.y2 <= other.y1 || other.y2 <= box.y1);
