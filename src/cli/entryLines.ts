import type {ShownEntry, ShownText} from "../runner/transcript/shownEntry.js";
import {clockText} from "../runner/transcript/shownText.js";
import {bold, counted, dim} from "./terminal.js";
import {wrapLines} from "./wrapLines.js";

const INDENT = "  ";
/** Of one text, unless all is asked for: from its beginning and from its end. */
const FIRST_LINES = 30;
const LAST_LINES = 10;

export type EntryLinesOptions = {width: number; whole: boolean};

/** An entry for the terminal, from texts that are harmless. */
export function entryLines({kind, workingSeconds, title, facts, texts}: ShownEntry, {width, whole}: EntryLinesOptions): string[] {
  const when = workingSeconds === null ? "" : `${clockText(workingSeconds)}  `;
  const head = wrapLines(`${when}${kind}  ${title}`, width - INDENT.length, "").map((line, i) => bold(i === 0 ? line : INDENT + line));
  const about = facts.length === 0 ? [] : wrapLines(facts.join(", "), width, INDENT).map(dim);
  return [...head, ...about, ...texts.flatMap((text) => textLines(text, width, whole)), ""];
}

function textLines({label, start, gap, end}: ShownText, width: number, whole: boolean): string[] {
  const shown = (text: string) => (text === "" ? [] : bounded(wrapLines(text.replace(/\n$/, ""), width, INDENT + INDENT), whole));
  const head = label === "" ? [] : wrapLines(`${label}:`, width, INDENT);
  if (gap === null) return [...head, ...shown(start)];
  const where = gap.file === null ? "" : `, all is in ${gap.file}`;
  const missing = wrapLines(`… ${counted(gap.characters, "character")} left out${where} …`, width, INDENT).map(dim);
  return [...head, ...shown(start), ...missing, ...shown(end)];
}

function bounded(lines: readonly string[], whole: boolean): string[] {
  const more = lines.length - FIRST_LINES - LAST_LINES;
  if (whole || more <= LAST_LINES) return [...lines];
  return [...lines.slice(0, FIRST_LINES), dim(`${INDENT}… ${counted(more, "line")} more (--whole) …`), ...lines.slice(-LAST_LINES)];
}
