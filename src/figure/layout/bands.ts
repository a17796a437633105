import {type Layer, textLayer} from "./layer.js";
import {wrapText} from "./wrapText.js";

/** Rows of one thing under each other, with its label beside or above them. */
export type Band = {
  lines: string[];
  /** The upper edge, and the middle of each row and each line of the label, in px from the plot's upper edge. */
  topPx: number;
  heightPx: number;
  rowsPx: number[];
  linesPx: number[];
};

export type BandOptions = {
  /** Lines of labels are no wider. */
  labelWidthPx: number;
  /** Whether labels stand above the rows, on lines of their own. */
  above?: boolean;
  rowPx: number;
  linePx: number;
  /** Between two bands. */
  gapPx: number;
  /** Above the first band. */
  fromPx?: number;
  measure: (text: string) => number;
};

/** Bands under each other down a plot, each as high as its rows or its label need. */
export function bands(groups: readonly {label: string; rowCount: number}[], options: BandOptions): {bands: Band[]; heightPx: number} {
  const {labelWidthPx, above = false, rowPx, linePx, gapPx, fromPx = 0, measure} = options;
  let topPx = fromPx + gapPx / 2;
  const placed = groups.map(({label, rowCount}): Band => {
    const lines = wrapText(label, labelWidthPx, measure);
    const [rowsHeight, labelHeight] = [rowCount * rowPx, lines.length * linePx];
    const heightPx = above ? labelHeight + rowsHeight : Math.max(rowsHeight, labelHeight);
    const firstRow = topPx + (above ? labelHeight : (heightPx - rowsHeight) / 2) + rowPx / 2;
    const firstLine = topPx + (above ? 0 : (heightPx - labelHeight) / 2) + linePx / 2;
    const band = {
      lines,
      topPx,
      heightPx,
      rowsPx: Array.from({length: rowCount}, (_, i) => firstRow + i * rowPx),
      linesPx: lines.map((_, i) => firstLine + i * linePx),
    };
    topPx += heightPx + gapPx;
    return band;
  });
  return {bands: placed, heightPx: topPx - gapPx / 2};
}

/** The labels of bands, from `xPx` on. */
export const bandLabels = (placed: readonly Band[], xPx: number, look: {size: number; weight: 400 | 600; color: string}): Layer =>
  textLayer(
    placed.flatMap(({lines, linesPx}) => lines.map((text, i) => ({text, x: xPx, y: linesPx[i]!}))),
    look,
  );

/** Thin lines between bands, from `fromPx` to `toPx`. */
export const bandRules = (
  placed: readonly Band[],
  {fromPx, toPx, gapPx, color}: {fromPx: number; toPx: number; gapPx: number; color: string},
): Layer => ({
  data: {values: placed.slice(1).map(({topPx}) => ({y: topPx - gapPx / 2}))},
  mark: {type: "rule", color, strokeWidth: 0.5, aria: false},
  encoding: {x: {value: fromPx}, x2: {value: toPx}, y: {value: {expr: "datum.y"}}},
});
