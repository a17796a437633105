import {openFont} from "./openFont.js";

/** The characters of texts that the shipped font has no glyph for, each once, in the order of code points. */
export function missingCharacters(texts: readonly string[]): string[] {
  const font = openFont(400);
  const all = new Set(texts.flatMap((text) => [...text]));
  return [...all].filter((character) => !font.hasGlyphForCodePoint(character.codePointAt(0)!)).sort((a, b) => (a < b ? -1 : 1));
}
