import type {Cell, Column, TableBlock} from "../content.js";
import {escapeHtml} from "./escapeHtml.js";
import {linkHtml, noteHtml} from "./spansHtml.js";

/** A table of more rows may go over a page of paper. */
const LONG_ROWS = 25;

/** A table with its caption above and its notes below. Each number has its value beside its text, for sorting and for CSV. */
export function tableHtml({number, name, caption, columns, rows, notes}: TableBlock): string {
  const captionId = `table-${escapeHtml(name)}-caption`;
  const heads = columns.map(
    (column) => `<th scope="col"${classOf(column)} data-name="${escapeHtml(column.name)}">${escapeHtml(column.title)}</th>`,
  );
  const body = rows.map((row) => `<tr>${row.map((cell, i) => cellHtml(cell, columns[i]!, i === 0)).join("")}</tr>`);
  return [
    `<figure class="table${rows.length > LONG_ROWS ? " long" : ""}" id="table-${escapeHtml(name)}">`,
    `<figcaption id="${captionId}"><b>Table ${number}.</b> ${escapeHtml(caption)}</figcaption>`,
    `<div class="scroll" role="region" aria-labelledby="${captionId}" tabindex="0">`,
    `<table aria-labelledby="${captionId}" data-name="${escapeHtml(name)}" data-number="${number}">`,
    `<thead><tr>${heads.join("")}</tr></thead>`,
    `<tbody>`,
    ...body,
    `</tbody></table></div>`,
    ...(notes.length === 0 ? [] : [`<ul class="under">${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join("")}</ul>`]),
    `</figure>`,
  ].join("\n");
}

/** The first cell of a row says what the row is about. */
function cellHtml({value, text, href, note}: Cell, column: Column, isFirst: boolean): string {
  const raw = value === null ? ' data-value=""' : typeof value === "number" ? ` data-value="${value}"` : "";
  const content = (href === null ? escapeHtml(text) : linkHtml(href, escapeHtml(text))) + noteHtml(note);
  const name = isFirst ? "th" : "td";
  return `<${name}${isFirst ? ' scope="row"' : ""}${classOf(column)}${raw}>${content}</${name}>`;
}

const classOf = ({align}: Column) => (align === "right" ? ' class="right"' : "");
