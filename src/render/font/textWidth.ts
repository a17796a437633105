import type {FontWeight} from "./fontFiles.js";
import {openFont} from "./openFont.js";

const known = new Map<string, number>();

/**
 * Width of a line of text in px at a font size in px, as the font's own kerning has it: what every renderer draws. Characters that the
 * font lacks are as wide as its replacement glyph. The same on every machine, which no canvas promises.
 */
export function textWidth(text: string, {size, weight}: {size: number; weight: FontWeight}): number {
  const key = `${weight} ${text}`;
  let em = known.get(key);
  if (em === undefined) {
    const font = openFont(weight);
    em = font.layout(text).advanceWidth / font.unitsPerEm;
    known.set(key, em);
  }
  return em * size;
}
