import type {FigureContext} from "../figureContext.js";
import {KEY_TEXT_PX, type KeyEntry, SAMPLE_PX} from "./keyRows.js";
import {type Layer, textLayer} from "./layer.js";

/** The layers of a key: for each entry a piece of its line with its shape on it, and its name. */
export function keyLayers(entries: readonly KeyEntry[], {theme}: FigureContext, lineHeightPx: number): Layer[] {
  return entries.flatMap(({style, lines, xPx, yPx}): Layer[] => {
    const opacity = style.emphasized ? 1 : theme.fadedOpacity;
    const sample = {
      data: {values: [{}]},
      mark: {type: "rule", color: style.color, opacity, strokeWidth: theme.lineWidth, strokeDash: [...style.dash], aria: false},
      encoding: {x: {value: xPx}, x2: {value: xPx + SAMPLE_PX}, y: {value: yPx}},
    };
    const point = {
      data: {values: [{}]},
      mark: {
        type: "point",
        x: xPx + SAMPLE_PX / 2,
        y: yPx,
        shape: style.shape,
        size: theme.pointArea,
        filled: true,
        fill: style.color,
        stroke: style.color,
        opacity,
        aria: false,
      },
      encoding: {},
    };
    const texts = lines.map((text, i) => ({text, x: xPx + KEY_TEXT_PX, y: yPx + i * lineHeightPx}));
    return [sample, point, textLayer(texts, {size: theme.labelSize, weight: 400, color: theme.text, opacity})];
  });
}
