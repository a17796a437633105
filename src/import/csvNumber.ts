import type {Delimiter} from "./csvTable.js";

/** What a cell says, or what should have been in it. */
export type Parsed<T> = {value: T} | {expected: string};

/** Which mark separates decimals in a file; `unclear` where it shows neither or both. */
export type Decimals = "point" | "comma" | "unclear";

const WITH_POINT = /^[+-]?(?:[1-9]\d{0,2}(?:,\d{3})+|\d*)(?:\.\d*)?(?:e[+-]?\d+)?$/i;
const WITH_COMMA = /^[+-]?(?:[1-9]\d{0,2}(?:\.\d{3})+|\d*)(?:,\d*)?(?:e[+-]?\d+)?$/i;
/** Spaces and apostrophes group digits and can mean nothing else. */
const GROUPED = /^[+-]?[1-9]\d{0,2}(?:[ \u00a0\u202f'’]\d{3})+(?!\d)/;

/**
 * A finite number as people write it: `0.53`, `-1e-3`, `28,800`, `28 800`, `1,234.5`, and where the file's decimals allow it `0,53`.
 *
 * `1,234` is 1234 with decimal points and 1.234 with decimal commas. A file separated by commas has decimal points. In one
 * separated by semicolons or tabs the other cells decide (`decimalsOf`); where they do not, such a cell is refused, not guessed.
 *
 * @example parseCsvNumber("28,800", "point") // => {value: 28800}
 */
export function parseCsvNumber(text: string, decimals: Decimals): Parsed<number> {
  const {point, comma} = readings(text);
  const possible = [...new Set(decimals === "point" ? [point] : decimals === "comma" ? [comma] : [point, comma])].filter(
    (value) => value !== null,
  );
  if (possible.length === 1) return {value: possible[0]!};
  if (possible.length === 0) return {expected: "a finite number such as 0.53, or an empty cell"};
  return {expected: `a number with one meaning; this may be ${possible.join(" or ")}: write it without thousands separator`};
}

/** How the numbers of a file write decimals, from those cells that can be read in one way only. */
export function decimalsOf(cells: Iterable<string>, delimiter: Delimiter): Decimals {
  if (delimiter === ",") return "point";
  let points = false;
  let commas = false;
  for (const cell of cells) {
    const {point, comma} = readings(cell);
    points ||= point !== null && comma === null;
    commas ||= point === null && comma !== null;
  }
  return points === commas ? "unclear" : points ? "point" : "comma";
}

/** The number with a decimal point and with a decimal comma; null where it cannot be that. */
function readings(text: string): {point: number | null; comma: number | null} {
  const plain = text.replace(/^\u2212/, "-").replace(GROUPED, (digits) => digits.replace(/[^\d+-]/g, ""));
  return {
    point: WITH_POINT.test(plain) ? finite(plain.replaceAll(",", "")) : null,
    comma: WITH_COMMA.test(plain) ? finite(plain.replaceAll(".", "").replace(",", ".")) : null,
  };
}

function finite(text: string): number | null {
  const value = /\d/.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value + 0 : null; // −0 becomes 0
}
