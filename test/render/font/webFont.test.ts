import {readFileSync} from "node:fs";
import {describe, expect, it} from "vitest";
import {baseSubsetFile, FONT_WEIGHTS} from "../../../src/render/font/fontFiles.js";
import {missingCharacters} from "../../../src/render/font/missingCharacters.js";
import {openFont} from "../../../src/render/font/openFont.js";
import {textWidth} from "../../../src/render/font/textWidth.js";
import {BASE_CHARACTERS, fontFaceRules, subsetWebFont} from "../../../src/render/font/webFont.js";

describe("the ready subset", () => {
  it.each(FONT_WEIGHTS)("of weight %i is what subset-font makes of the whole font, byte for byte", async (weight) => {
    expect(Buffer.compare(await subsetWebFont(weight, BASE_CHARACTERS), readFileSync(baseSubsetFile(weight)))).toBe(0);
  });

  it("has nothing that the font lacks", () => expect(missingCharacters([BASE_CHARACTERS])).toEqual([]));
});

describe("fonts in a drawing", () => {
  const fontIn = (rule: string) => Buffer.from(/base64,([^)]*)\)/.exec(rule)![1]!, "base64");

  it("are the ready subset where it does, and one made for further characters", async () => {
    const plain = await fontFaceRules(new Map([[400 as const, "8h: 0.79"]]));
    const further = await fontFaceRules(new Map([[400 as const, "Жé"]]));
    expect(Buffer.compare(fontIn(plain), readFileSync(baseSubsetFile(400)))).toBe(0);
    expect(fontIn(further).subarray(0, 4).toString()).toBe("wOF2");
    expect(fontIn(further).length).toBeGreaterThan(fontIn(plain).length);
  });

  it("have a rule for each weight that is used", async () => {
    const rules = await fontFaceRules(
      new Map([
        [600 as const, "a"],
        [400 as const, "b"],
      ]),
    );
    expect([...rules.matchAll(/font-weight:(\d+)/g)].map(([, weight]) => weight)).toEqual(["400", "600"]);
  });
});

it("names the characters that the font lacks, each once", () => {
  expect(missingCharacters(["漢字 and 字", "😀", "Ж – fine"])).toEqual(["字", "漢", "😀"]);
});

describe("width of text", () => {
  it("is what the font's tables say, kerning included", () => {
    const font = openFont(400);
    const advances = (text: string) => [...text].reduce((sum, each) => sum + font.glyphForCodePoint(each.codePointAt(0)!).advanceWidth, 0);
    const units = (text: string) => textWidth(text, {size: font.unitsPerEm, weight: 400});
    expect(units("n")).toBe(advances("n"));
    expect(units("AV")).toBeLessThan(advances("AV"));
    expect(units("WWWW")).toBeGreaterThan(advances("WWWW"));
  });

  it("grows with size and weight, and is 0 for nothing", () => {
    expect(textWidth("", {size: 9, weight: 400})).toBe(0);
    expect(textWidth("word", {size: 18, weight: 400})).toBeCloseTo(2 * textWidth("word", {size: 9, weight: 400}), 10);
    expect(textWidth("word", {size: 9, weight: 600})).toBeGreaterThan(textWidth("word", {size: 9, weight: 400}));
  });
});
