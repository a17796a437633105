import {printable} from "../../errors.js";

/** Colours and erased lines: they say nothing, and in nearly every program's output they are in the way. */
const STYLING = /\u001b\[[0-9;:]*[mK]/g;

/** What takes no room on the page and can hide what is said: blanks without width, tags, halves of characters. */
const UNSEEN = /[\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\p{Cs}]|[\u{e0000}-\u{e007f}]/gu;

/**
 * Text of unknown origin as it can be shown in a terminal or a page: lines and tabs stay, colours go, and all else that moves the cursor,
 * reorders or hides text is written out, such as \u001b.
 */
export function harmlessText(text: string): string {
  return text
    .replace(STYLING, "")
    .replace(/\r\n?/g, "\n") // a program that writes over its own line said one thing after the other
    .replace(/[^\n\t]+/g, printable)
    .replace(UNSEEN, (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, "0")}`);
}

/** The same in one line. */
export const harmlessLine = (text: string): string =>
  printable(text.replace(STYLING, "")).replace(UNSEEN, (character) => `\\u${character.codePointAt(0)!.toString(16)}`);
