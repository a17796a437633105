/** One layer of a Vega-Lite spec: a mark with its data and encodings. */
export type Layer = {data: {values: readonly object[]}; mark: object; encoding: object};

export type PlotSize = {widthPx: number; heightPx: number};

/** Text at a place in px from the upper left corner of the plot; y is the middle of the line. */
export type PlacedText = {text: string; x: number; y: number};

export type TextLook = {
  size: number;
  weight: 400 | 600;
  color: string;
  align?: "left" | "center" | "right";
  opacity?: number;
};

/** Texts that stand beside the data: names, titles, captions. Nothing that a scale moves. */
export function textLayer(values: readonly PlacedText[], {size, weight, color, align = "left", opacity = 1}: TextLook): Layer {
  const place = {x: {expr: "datum.x"}, y: {expr: "datum.y"}, text: {expr: "datum.text"}};
  return {
    data: {values},
    mark: {type: "text", ...place, align, baseline: "middle", fontSize: size, fontWeight: weight, color, opacity, aria: false},
    encoding: {},
  };
}
