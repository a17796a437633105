import {escapeHtml} from "../html/escapeHtml.js";
import {clockText} from "./clockText.js";
import type {PageEntry, PageText} from "./pageEntry.js";

/** An entry, with an address of its own in the page. */
export function entryHtml({number, kind, time, workingSeconds, title, facts, texts, isBad}: PageEntry): string {
  const shown = workingSeconds === null ? `entry ${number}` : clockText(workingSeconds);
  const when = time === null ? "" : ` title="${escapeHtml(time)}"`;
  return [
    `<article class="entry${isBad ? " bad" : ""}" id="entry-${number}" data-kind="${escapeHtml(kind)}">`,
    `<h2><a class="when" href="#entry-${number}"${when}>${shown}</a> <span class="title">${escapeHtml(title)}</span></h2>`,
    ...(facts.length === 0 ? [] : [`<p class="facts">${facts.map((fact) => `<span>${escapeHtml(fact)}</span>`).join(" ")}</p>`]),
    ...texts.map(textHtml),
    `</article>`,
  ].join("\n");
}

/** What is seen of a long text before it is opened. */
const FIRST_LINES = 24;
const FIRST_CHARACTERS = 3000;
const FIRST_LINES_ASIDE = 8;
const FIRST_CHARACTERS_ASIDE = 800;

function textHtml({label, start, gap, end, isAside}: PageText): string {
  const body = gap === null ? folded(start, isAside) : folded(start, isAside) + gapHtml(gap) + folded(end, isAside);
  const head = label === "" ? "" : `<p class="label">${escapeHtml(label)}</p>`;
  return `<div class="said${isAside ? " aside" : ""}">${head}${body}</div>`;
}

function gapHtml({characters, file}: NonNullable<PageText["gap"]>): string {
  const where = file === null ? "" : ` All of it is in ${escapeHtml(file)}.`;
  return `<p class="gap">${characters.toLocaleString("en")} characters are left out here.${where}</p>`;
}

/** A text, of which what goes beyond a few lines is to be opened. */
function folded(text: string, isAside: boolean): string {
  if (text === "") return "";
  const at = foldAt(text, isAside ? FIRST_LINES_ASIDE : FIRST_LINES, isAside ? FIRST_CHARACTERS_ASIDE : FIRST_CHARACTERS);
  if (at === null) return pre(text);
  const rest = text.slice(at);
  return `${pre(text.slice(0, at))}<details><summary>${moreText(rest)}</summary>${pre(rest)}</details>`;
}

/** A line break at the beginning of an element is not shown, so one more is there. */
const pre = (text: string): string => `<pre>${text.startsWith("\n") ? "\n" : ""}${escapeHtml(text)}</pre>`;

/** Where the fold is: behind a line where there are many, else inside a line that is long; null for a text that is hardly longer. */
function foldAt(text: string, lines: number, characters: number): number | null {
  let at = -1;
  for (let i = 0; i < lines; ++i) {
    const next = text.indexOf("\n", at + 1);
    if (next === -1 || next >= characters) return text.length <= characters * 1.5 ? null : at > 0 ? at + 1 : wholeAt(text, characters);
    at = next;
  }
  const isLittleMore = text.length - at < characters / 4 && (text.slice(at + 1).match(/\n/g)?.length ?? 0) < lines / 4;
  return isLittleMore ? null : at + 1;
}

/** The place, or the one before it where it is between the halves of one character. */
const wholeAt = (text: string, at: number) => (/[\ud800-\udbff]/.test(text.charAt(at - 1)) ? at - 1 : at);

function moreText(rest: string): string {
  const lines = rest.trimEnd().split("\n").length;
  return lines === 1 ? `${rest.length.toLocaleString("en")} characters more` : `${lines.toLocaleString("en")} lines more`;
}
