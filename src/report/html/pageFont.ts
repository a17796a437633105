import {readFileSync} from "node:fs";
import {baseSubsetFile, FONT_FAMILY, FONT_WEIGHTS} from "../../render/font/fontFiles.js";
import {BASE_CHARACTERS, subsetWebFont} from "../../render/font/webFont.js";

/** Signs that the page's own buttons and tables write with. */
const CONTROLS = "↑↓↕+−";
const base = new Set(BASE_CHARACTERS);

/** The `@font-face` rules for a page with these texts: one subset for its prose and all of its figures. */
export async function pageFont(texts: readonly string[]): Promise<string> {
  const all = new Set<string>();
  for (const text of [...texts, CONTROLS]) for (const character of text) all.add(character);
  const further = [...all].filter((character) => !base.has(character) && character >= " ").sort((a, b) => (a < b ? -1 : 1));
  const rules: string[] = [];
  for (const weight of FONT_WEIGHTS) {
    const font =
      further.length === 0 ? readFileSync(baseSubsetFile(weight)) : await subsetWebFont(weight, BASE_CHARACTERS + further.join(""));
    const source = `url(data:font/woff2;base64,${Buffer.from(font).toString("base64")}) format("woff2")`;
    rules.push(`@font-face{font-family:"${FONT_FAMILY}";font-weight:${weight};font-display:block;src:${source}}`);
  }
  return rules.join("");
}
