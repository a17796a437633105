import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {harmlessLine, harmlessText} from "../../../src/runner/transcript/harmlessText.js";

/** What no terminal or page may get to see: controls but line breaks and tabs, what reorders, what hides. */
const HARMFUL =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\u200b\u2060\ufeff\p{Cs}]|[\u{e0000}-\u{e007f}]/u;

describe("harmlessText", () => {
  it("keeps lines, tabs and every letter, and drops colours", () => {
    expect(harmlessText("a\tb\nc\r\nd\re é 漢 😀 👩‍🔬")).toBe("a\tb\nc\nd\ne é 漢 😀 👩‍🔬");
    expect(harmlessText("\u001b[1;31mred\u001b[0m\u001b[K")).toBe("red");
  });
  it("writes out what acts", () => {
    expect(harmlessText("\u001b]8;;https://x\u0007link\u001b]8;;\u0007")).toBe("\\u001b]8;;https://x\\u0007link\\u001b]8;;\\u0007");
    expect(harmlessText("\u001b[2J\u001b[3A\u009b5m\u0000\u0008")).toBe("\\u001b[2J\\u001b[3A\\u009b5m\\u0000\\u0008");
    expect(harmlessText("a\u202eb\u2066c\u200bd\u{e0041}e\ud800f")).toBe("a\\u202eb\\u2066c\\u200bd\\ue0041e\\ud800f");
  });
  it("leaves nothing that acts in any text", () => {
    const unit = fc.constantFrom(..."\u001b[]0;m\u009b\u0007\u202e\u200b\ud83d\ude00a\n\r\t\u0000\u2028K", "\u{e0041}");
    fc.assert(
      fc.property(fc.array(unit), (units) => {
        const text = units.join("");
        expect(HARMFUL.test(harmlessText(text))).toBe(false);
        expect(/[\n\t]/.test(harmlessLine(text)) || HARMFUL.test(harmlessLine(text))).toBe(false);
      }),
    );
  });
});
