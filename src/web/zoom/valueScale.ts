/** A tick of a y axis: the number that it says, and where it is in px from the plot's upper edge. */
export type ValueTick = {value: number; y: number};

/** Half of a pixel, by which drawing may round. */
const TOLERANCE_PX = 0.6;

/** The number that the label of a tick says; null for what is none. */
export function valueOfLabel(label: string): number | null {
  const text = label.replace("−", "-").replaceAll(",", "");
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}

/** Reads values off a linear axis; null for fewer than two ticks, and for an axis that is not linear. */
export function valueScale(ticks: readonly ValueTick[]): ((y: number) => number) | null {
  const [first, last] = [ticks[0], ticks.at(-1)];
  if (first === undefined || last === undefined || first.y === last.y || first.value === last.value) return null;
  const perPx = (last.value - first.value) / (last.y - first.y);
  const isLinear = ticks.every(({value, y}) => Math.abs((value - first.value) / perPx - (y - first.y)) <= TOLERANCE_PX);
  return isLinear ? (y) => first.value + (y - first.y) * perPx : null;
}
