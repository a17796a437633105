import type {FigureMark} from "./marks.js";
import {type Point, verticesOf} from "./verticesOf.js";

type Placed = {centre: Point; distanceTo: (point: Point) => number};

/** How far from the pointer a mark may be, in px of the screen. */
const REACH_PX = 26;
/** A line gives way to a point of about the same distance: the point says more. */
const LINE_PX = 8;

/** Finds marks by place. Places are measured when they are first asked for, and again after `moved`. */
export class NearestMark {
  #placed: ReadonlyMap<FigureMark, Placed> | null = null;
  #pxPerUnit = 1;

  constructor(
    readonly svg: SVGSVGElement,
    readonly marks: readonly FigureMark[],
    /** A zoomed plot cuts off what lies outside. */
    readonly isSeen: (mark: FigureMark) => boolean,
  ) {}

  moved(): void {
    this.#placed = null;
  }

  /** @param point In px of the window. @param name Of the participant whose marks alone are looked at; null for all. */
  at(point: Point, name: string | null = null): FigureMark | null {
    const placed = this.#measured();
    const here = this.#inDrawing(point);
    let best: FigureMark | null = null;
    let least = REACH_PX / this.#pxPerUnit;
    for (const [mark, {distanceTo}] of placed) {
      if (name !== null && mark.name !== name) continue;
      const distance = distanceTo(here);
      if (distance < least) [best, least] = [mark, distance];
    }
    return best;
  }

  /** Where a mark is, in px of the window. */
  centreOf(mark: FigureMark): Point {
    const centre = this.#measured().get(mark)?.centre ?? {x: 0, y: 0};
    const screen = new DOMPoint(centre.x, centre.y).matrixTransform(this.svg.getScreenCTM()!);
    return {x: screen.x, y: screen.y};
  }

  #inDrawing({x, y}: Point): Point {
    const matrix = this.svg.getScreenCTM()!;
    this.#pxPerUnit = matrix.a;
    return new DOMPoint(x, y).matrixTransform(matrix.inverse());
  }

  #measured(): ReadonlyMap<FigureMark, Placed> {
    if (this.#placed !== null) return this.#placed;
    const matrix = this.svg.getScreenCTM()!;
    this.#pxPerUnit = matrix.a;
    const toDrawing = matrix.inverse();
    const seen = this.marks.filter((mark) => mark.shape !== "area" && this.isSeen(mark));
    const placeOf = (mark: FigureMark) => placed(mark, toDrawing.multiply(mark.element.getScreenCTM()!), LINE_PX / this.#pxPerUnit);
    this.#placed = new Map(seen.map((mark) => [mark, placeOf(mark)]));
    return this.#placed;
  }
}

function placed(mark: FigureMark, matrix: DOMMatrix, linePenalty: number): Placed {
  const {x, y, width, height} = mark.element.getBBox();
  const at = (left: number, top: number) => new DOMPoint(left, top).matrixTransform(matrix);
  const [low, high] = [at(x, y), at(x + width, y + height)];
  const centre = {x: (low.x + high.x) / 2, y: (low.y + high.y) / 2};
  if (mark.shape !== "line") return {centre, distanceTo: (point) => boxDistance(point, low, high)};
  const vertices = verticesOf(mark.element.getAttribute("d") ?? "").map((each) => at(each.x, each.y));
  const last = vertices.at(-1) ?? centre;
  return {centre: last, distanceTo: (point) => polylineDistance(point, vertices) + linePenalty};
}

/** 0 inside; small boxes, those of points, count from their middle, so that of two overlapping points the nearer one is found. */
function boxDistance({x, y}: Point, low: Point, high: Point): number {
  const isSmall = Math.abs(high.x - low.x) < 12 && Math.abs(high.y - low.y) < 12;
  if (isSmall) return Math.hypot(x - (low.x + high.x) / 2, y - (low.y + high.y) / 2);
  const outside = (value: number, a: number, b: number) => Math.max(Math.min(a, b) - value, 0, value - Math.max(a, b));
  return Math.hypot(outside(x, low.x, high.x), outside(y, low.y, high.y));
}

function polylineDistance(point: Point, vertices: readonly Point[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < vertices.length; ++i) least = Math.min(least, segmentDistance(point, vertices[i - 1]!, vertices[i]!));
  return least;
}

function segmentDistance({x, y}: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / length));
  return Math.hypot(x - a.x - share * dx, y - a.y - share * dy);
}
