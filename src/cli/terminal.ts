import Table from "cli-table3";
import pc from "picocolors";
import stringWidth from "string-width";

export {printable} from "../errors.js";

/** Colours in a terminal only: picocolors alone would also colour what is piped wherever CI is set. */
const isColoured = process.env.FORCE_COLOR
  ? process.env.FORCE_COLOR !== "0"
  : process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";
export const {bold, dim} = pc.createColors(isColoured);

/** Columns of the terminal; 80 where the output is no terminal, and never less. */
export const terminalColumns = (): number => Math.max(80, process.stdout.columns ?? 80);

/** `1 attempt`, `1,808 attempts`. */
export const counted = (count: number, noun: string): string => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

/** `$1,855`, `$29.52`, `$0.0042`: whole dollars from 100 on, cents below, two figures below a cent. */
export function usdText(usd: number): string {
  if (usd >= 99.995) return `$${Math.round(usd).toLocaleString("en")}`;
  if (usd === 0 || usd >= 0.995) return `$${usd.toFixed(Number.isInteger(usd) ? 0 : 2)}`;
  return usd >= 0.01 ? `$${usd.toFixed(2)}` : `$${Number(usd.toPrecision(2))}`;
}

/** Words wrapped at the width of the terminal, each further line indented. */
export function wrap(text: string, indent = ""): string {
  const width = Math.min(terminalColumns(), 100);
  const lines: string[] = [];
  let line = /^ */.exec(text)![0];
  for (const word of text.trimStart().split(" ")) {
    if (line.trim() !== "" && stringWidth(line) + 1 + stringWidth(word) > width) {
      lines.push(line);
      line = indent + word;
    } else line = line.trim() === "" ? line + word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}

export type Align = "left" | "right";
export type TableOptions = {
  aligns?: readonly Align[];
  /** Columns whose text may go over several lines where the table is wider than the terminal; the first gives way first. */
  wrapColumns?: readonly number[];
};

const GAP = 2;
const LEAST_WIDTH = 12;

/** A plain table: a header, a rule, rows; cells may hold several lines. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], options: TableOptions = {}): string {
  const {aligns = [], wrapColumns = [0]} = options;
  const fitted = fit(
    head,
    rows.map((row) => row.map(clipped)),
    wrapColumns,
  );
  const bare = {
    top: "",
    "top-mid": "",
    "top-left": "",
    "top-right": "",
    bottom: "",
    "bottom-mid": "",
    "bottom-left": "",
    "bottom-right": "",
  };
  const inner = {left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "", middle: " ".repeat(GAP)};
  const drawn = new Table({
    head: head.map((name) => bold(name)),
    chars: {...bare, ...inner},
    style: {head: [], border: [], "padding-left": 0, "padding-right": 0},
    colAligns: head.map((_, i) => aligns[i] ?? "left"),
  });
  drawn.push(...fitted.map((row) => [...row]));
  const lines = drawn
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
  const headLines = Math.max(...head.map((name) => name.split("\n").length));
  const width = Math.max(...lines.map((line) => stringWidth(line)));
  return [...lines.slice(0, headLines), dim("─".repeat(width)), ...lines.slice(headLines)].join("\n");
}

/** Nobody reads a longer cell, and the table library takes minutes for one of thousands of lines. `--json` has it whole. */
const MOST_CELL_CHARACTERS = 400;
export const clipped = (text: string) => (text.length > MOST_CELL_CHARACTERS ? `${text.slice(0, MOST_CELL_CHARACTERS - 1)}…` : text);

/** The rows, with the text of some columns over several lines where all in all they are too wide. */
function fit(head: readonly string[], rows: readonly (readonly string[])[], wrapColumns: readonly number[]): (readonly string[])[] {
  const widths = head.map((name, i) => Math.max(...[name, ...rows.map((row) => row[i] ?? "")].map(cellWidth)));
  let over = widths.reduce((sum, width) => sum + width, GAP * (head.length - 1)) - terminalColumns();
  for (const i of wrapColumns) {
    if (over <= 0) break;
    const width = Math.max(Math.min(LEAST_WIDTH, widths[i]!), widths[i]! - over);
    over -= widths[i]! - width;
    widths[i] = width;
  }
  return rows.map((row) =>
    row.map((text, i) => (wrapColumns.includes(i) && cellWidth(text) > widths[i]! ? wrapText(text, widths[i]!) : text)),
  );
}

const cellWidth = (text: string) => Math.max(...text.split("\n").map((line) => stringWidth(line)));

/** Text over lines of at most `width` columns, broken at spaces and after `/ _ -`, inside a word only where it must. */
function wrapText(text: string, width: number): string {
  const lines: string[] = [];
  let line = "";
  for (const part of text.match(/[^ /_-]*(?:[ /_-]+|$)/gu)!.flatMap((word) => chunks(word, width))) {
    if (stringWidth((line + part).trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = part;
    } else line += part;
  }
  return [...lines, line.trimEnd()].join("\n");
}

function chunks(word: string, width: number): string[] {
  if (stringWidth(word.trimEnd()) <= width) return [word];
  const parts = [""];
  for (const character of word) {
    if (stringWidth(parts.at(-1)! + character) > width) parts.push("");
    parts[parts.length - 1] += character;
  }
  return parts;
}

/** A notice on stderr: what a reader should know, out of the way of what programs read. One line each, but in a terminal. */
export function notice(text: string): void {
  process.stderr.write(`${process.stderr.isTTY ? wrap(text, "  ") : text}\n`);
}
