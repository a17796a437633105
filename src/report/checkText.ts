import {nearestNames, printable, RebenchError} from "../errors.js";
import type {TextBlock, TextSpan} from "./parseText.js";
import {textError} from "./placeholders.js";
import type {ReportParams} from "./reportParams.js";

type Placement = Extract<TextBlock, {kind: "placement"}>;
type Placeholder = Extract<TextSpan, {kind: "placeholder"}>;
type Files = {paramsFile: string; textFile: string};
type Prose = {text: readonly TextBlock[]; captions: ReadonlyMap<string, readonly TextSpan[] | null>; params: ReportParams};

/**
 * What a text places and quotes, all of it declared.
 *
 * @throws RebenchError `invalid-report` with the nearest names for what is not, and for what is declared and has no place.
 */
export function checkText({text, captions, params}: Prose, files: Files): {placed: Placement[]; quoted: Placeholder[]} {
  const [placed, quoted] = [placementsIn(text), quotedIn(text)];
  checkQuoted(quoted, params, files.textFile);
  checkPlacements(placed, params, files);
  for (const [name, caption] of captions) checkQuoted(quotedInSpans(caption ?? []), params, `${files.paramsFile}, caption of ${name}`);
  return {placed, quoted};
}

const insideOf = (block: TextBlock): TextBlock[] =>
  block.kind === "quote" ? block.blocks : block.kind === "list" ? block.items.flat() : [];

const placementsIn = (blocks: readonly TextBlock[]): Placement[] =>
  blocks.flatMap((block) => (block.kind === "placement" ? [block] : placementsIn(insideOf(block))));

const quotedIn = (blocks: readonly TextBlock[]): Placeholder[] =>
  blocks.flatMap((block) => ("spans" in block ? quotedInSpans(block.spans) : quotedIn(insideOf(block))));

export const quotedInSpans = (spans: readonly TextSpan[]): Placeholder[] =>
  spans.flatMap((span) => (span.kind === "placeholder" ? [span] : "spans" in span ? quotedInSpans(span.spans) : []));

/** Each figure and table is declared once and placed once. */
function checkPlacements(placed: readonly Placement[], params: ReportParams, {paramsFile, textFile}: Files): void {
  const declared = {figure: params.figures.map(({name}) => name), table: params.tables.map(({name}) => name)};
  for (const {what, name, line} of placed) {
    if (!declared[what].includes(name))
      throw undeclared(`${what} "${printable(name)}"`, name, declared[what], `${what}s`, {textFile, line});
    if (placed.find((each) => each.what === what && each.name === name)!.line !== line)
      throw textError(textFile, line, `the ${what} ${name} is placed twice`, "Refer to it in words instead.");
  }
  for (const what of ["figure", "table"] as const) {
    const missing = declared[what].find((name) => !placed.some((each) => each.what === what && each.name === name));
    if (missing === undefined) continue;
    const hint = `Write {${what}:${missing}} on a line of its own, or take it out of params.json.`;
    throw new RebenchError("invalid-report", {problem: `${paramsFile}: the ${what} "${missing}" has no place in text.md`, hint});
  }
}

function checkQuoted(quoted: readonly Placeholder[], params: ReportParams, textFile: string): void {
  const declared = Object.keys(params.values);
  for (const {name, line} of quoted) {
    if (/^(figure|table):/.test(name))
      throw textError(textFile, line, `{${printable(name)}} stands inside a line`, "Figures and tables go on a line of their own.");
    if (!Object.hasOwn(params.values, name)) throw undeclared(`value {${printable(name)}}`, name, declared, "values", {textFile, line});
  }
}

/** What the text names and `params.json` does not declare. */
function undeclared(
  what: string,
  name: string,
  declared: readonly string[],
  field: string,
  {textFile, line}: {textFile: string; line: number},
) {
  const near = nearestNames(name, declared);
  const known = declared.length > 0 ? `There are: ${declared.join(", ")}.` : `It declares none: add it to ${field}.`;
  const hint = field === "values" ? `${known} A brace that is only a brace is written \\{.` : known;
  return textError(textFile, line, `params.json declares no ${what}${near.length > 0 ? `; did you mean ${near.join(" or ")}?` : ""}`, hint);
}
