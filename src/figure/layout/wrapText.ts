/**
 * Lines of at most `widthPx`, broken at spaces, inside a word only where the word alone is wider.
 *
 * @param measure Width of a line in px.
 * @example wrapText("aa bb cc", 5, (text) => text.length) // => ["aa bb", "cc"]
 */
export function wrapText(text: string, widthPx: number, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((each) => pieces(each, widthPx, measure))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && measure(longer) > widthPx) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** A word that fits as it is; one that does not, cut where it has to be. */
function pieces(word: string, widthPx: number, measure: (text: string) => number): string[] {
  if (measure(word) <= widthPx) return [word];
  const parts: string[] = [];
  let part = "";
  for (const character of word) {
    if (part !== "" && measure(part + character) > widthPx) {
      parts.push(part);
      part = "";
    }
    part += character;
  }
  return [...parts, part];
}
