/** How deep values may be in each other: more than any request has, and less than what a stack holds. */
const MOST_DEPTH = 200;

export type CutJson = {
  value: unknown;
  /** The text ended before the value did. */
  isCut: boolean;
};

/**
 * The value of a JSON text that may have been cut off anywhere: what was not finished is closed where it stops, so that everything
 * before it is there. Null where the text is no JSON either way.
 *
 * @example parseCutJson('{"messages":[{"role":"user","content":"He') // => {value: {messages: [{role: "user", content: "He"}]}, isCut: true}
 */
export function parseCutJson(text: string): CutJson | null {
  const whole = parsed(text);
  if (whole !== undefined) return {value: whole, isCut: false};
  const closed = closeCutJson(text);
  const value = closed === null ? undefined : parsed(closed);
  return value === undefined ? null : {value, isCut: true};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The text up to the last place where a value is complete or a text can be closed, with what closes all that is open there. */
function closeCutJson(text: string): string | null {
  const open: string[] = [];
  let [good, closers, previous]: [number, string, string] = [0, "", ""];
  const closing = () => [...open].reverse().join("");
  const mark = (end: number) => {
    good = end;
    closers = closing();
  };
  for (let i = 0; i < text.length; ++i) {
    const character = text[i]!;
    if (character === '"') {
      const isValue = open.at(-1) !== "}" || previous === ":"; // a name completes nothing
      const {end, whole} = scanText(text, i);
      if (end === null) return isValue ? `${text.slice(0, whole)}"${closing()}` : text.slice(0, good) + closers;
      i = end;
      if (isValue) mark(i + 1);
    } else if (character === "{" || character === "[") {
      open.push(character === "{" ? "}" : "]");
      if (open.length > MOST_DEPTH) return null;
      mark(i + 1);
    } else if (character === "}" || character === "]") {
      if (open.pop() !== character) return null;
      mark(i + 1);
    } else if (character === ",") mark(i); // a number, true, false or null ended here
    if (!/\s/.test(character)) previous = character;
  }
  return text.slice(0, good) + closers;
}

/** Where the text that begins at `from` ends, or null and how far it goes without an escape that is cut. */
function scanText(text: string, from: number): {end: number | null; whole: number} {
  for (let i = from + 1; i < text.length; ++i) {
    if (text[i] === '"') return {end: i, whole: i + 1};
    if (text[i] !== "\\") continue;
    const length = text[i + 1] === "u" ? 6 : 2;
    if (i + length > text.length) return {end: null, whole: i};
    i += length - 1;
  }
  return {end: null, whole: text.length};
}
