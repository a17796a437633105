import type {Drawing} from "./drawSpec.js";
import type {FontWeight} from "./font/fontFiles.js";
import {weightOf} from "./font/weightOf.js";

/** A line of text as it was drawn, with its box in px from the figure's upper left corner. */
export type SceneText = {text: string; weight: FontWeight; size: number; x1: number; y1: number; x2: number; y2: number};

type Item = {
  items?: Mark[];
  x?: number;
  y?: number;
  text?: unknown;
  opacity?: number;
  fontWeight?: string | number;
  fontSize?: number;
  bounds: {x1: number; y1: number; x2: number; y2: number};
};
type Mark = {marktype: string; items: Item[]};

/** Every line of text in a drawing that can be seen, in the order in which they are drawn. */
export function sceneTexts({scene, origin}: Pick<Drawing, "scene" | "origin">): SceneText[] {
  return textsOf((scene as unknown as {root: Mark}).root, origin);
}

function textsOf(mark: Mark, origin: {x: number; y: number}): SceneText[] {
  if (mark.marktype === "text") return mark.items.flatMap((item) => textOf(item, origin));
  return mark.items.flatMap((item) => {
    const inside = {x: origin.x + (item.x ?? 0), y: origin.y + (item.y ?? 0)};
    return (item.items ?? []).flatMap((each) => textsOf(each, inside));
  });
}

function textOf({text, opacity, fontWeight, fontSize, bounds}: Item, {x, y}: {x: number; y: number}): SceneText[] {
  const shown = String(text ?? "");
  if (shown === "" || opacity === 0) return [];
  const box = {x1: x + bounds.x1, y1: y + bounds.y1, x2: x + bounds.x2, y2: y + bounds.y2};
  return [{text: shown, weight: weightOf(fontWeight), size: fontSize ?? 11, ...box}];
}
