import {readFileSync} from "node:fs";
import {baseSubsetFile, FONT_FAMILY, type FontWeight, fontFile} from "./fontFiles.js";

/** What the ready subset holds: printable ASCII, and the signs that figures write with. */
export const BASE_CHARACTERS: string =
  Array.from({length: 95}, (_, i) => String.fromCodePoint(32 + i)).join("") + "–—−×·…≤≥≈±†‡→‘’“”²°•µ ★½¼¾\u00a0";

const base = new Set(BASE_CHARACTERS);

/** The `@font-face` rules that a drawing with these texts needs, with the font inside as WOFF2. */
export async function fontFaceRules(texts: ReadonlyMap<FontWeight, string>): Promise<string> {
  const rules: string[] = [];
  for (const [weight, text] of [...texts].sort(([a], [b]) => a - b)) {
    const font = await webFont(weight, text);
    const source = `url(data:font/woff2;base64,${Buffer.from(font).toString("base64")}) format("woff2")`;
    rules.push(`@font-face{font-family:"${FONT_FAMILY}";font-weight:${weight};src:${source}}`);
  }
  return rules.join("");
}

/** The font cut down to the characters of a text: to the ready subset where that has them, since cutting takes a tenth of a second. */
async function webFont(weight: FontWeight, text: string): Promise<Uint8Array> {
  const further = [...new Set(text)].filter((character) => !base.has(character)).sort();
  if (further.length === 0) return readFileSync(baseSubsetFile(weight));
  return subsetWebFont(weight, BASE_CHARACTERS + further.join(""));
}

/** Without the alternative shapes of these characters (small capitals and the like), which no figure asks for and which are half the size. */
export async function subsetWebFont(weight: FontWeight, characters: string): Promise<Uint8Array> {
  const {default: subsetFont} = await import("subset-font"); // loaded only where the ready subset does not do
  return subsetFont(readFileSync(fontFile(weight)), characters, {targetFormat: "woff2", noLayoutClosure: true});
}
