import {type Font, openSync} from "fontkit";
import {type FontWeight, fontFile} from "./fontFiles.js";

const opened = new Map<FontWeight, Font>();

/** The shipped font, parsed once. */
export function openFont(weight: FontWeight): Font {
  const known = opened.get(weight);
  if (known !== undefined) return known;
  const font = openSync(fontFile(weight)) as Font; // a .ttf is never a collection
  opened.set(weight, font);
  return font;
}
