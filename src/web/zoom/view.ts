/** The part of an axis that is seen, as shares of the whole: 0 is where it begins, 1 where it ends. */
export type View = {from: number; to: number};

export const WHOLE: View = {from: 0, to: 1};

/** How far one can go in. */
const LEAST = 1 / 32;

/** A view that is inside the axis and not too small. */
export function viewOf(a: number, b: number): View {
  const width = Math.min(1, Math.max(LEAST, Math.abs(b - a)));
  const from = Math.min(Math.max(0, (a + b - width) / 2), 1 - width);
  return {from, to: from + width};
}

/** Nearer by a factor above 1, farther below, around the middle. */
export function zoomed({from, to}: View, factor: number): View {
  const [middle, half] = [(from + to) / 2, (to - from) / factor / 2];
  return viewOf(middle - half, middle + half);
}

/** Along the axis by a share of what is seen. */
export function shifted({from, to}: View, share: number): View {
  const by = (to - from) * share;
  return viewOf(from + by, to + by);
}

export const isWhole = ({from, to}: View): boolean => to - from > 1 - 1e-9;
