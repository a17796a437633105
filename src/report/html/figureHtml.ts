import type {FigureBlock} from "../content.js";
import {escapeHtml} from "./escapeHtml.js";
import {spansHtml} from "./spansHtml.js";
import {svgAddress} from "./svgAddress.js";

/** Windows up to this wide show figures of one column. */
export const NARROW_PX = 600;

/**
 * A figure as images, which need no script: the SVG of the command line, and for phones the one of a single column.
 *
 * @param narrow The same figure in one column; null for the wide one everywhere, which phones then scroll sideways.
 */
export function figureHtml({number, caption, figure}: FigureBlock, narrow: string | null): string {
  const {name, description, svg} = figure;
  const source =
    narrow === null ? "" : `<source media="(max-width: ${NARROW_PX}px)" srcset='${inSingleQuotes(svgAddress(narrow))}'${sizeOf(narrow)}>`;
  return [
    `<figure class="plot${narrow === null ? "" : " has-narrow"}" id="figure-${escapeHtml(name)}" data-figure="${escapeHtml(name)}" data-number="${number}">`,
    `<div class="drawing"><picture>${source}<img alt="${escapeHtml(description)}"${sizeOf(svg)} src='${inSingleQuotes(svgAddress(svg))}'></picture></div>`,
    `<figcaption><b>Figure ${number}.</b> ${spansHtml(caption)}</figcaption>`,
    `</figure>`,
  ].join("\n");
}

/** So that the page keeps its room before it is drawn. */
function sizeOf(svg: string): string {
  const [, width, height] = /^<svg[^>]*\bwidth="([\d.]+)"[^>]*\bheight="([\d.]+)"/.exec(svg) ?? [];
  return width === undefined ? "" : ` width="${width}" height="${height}"`;
}

/** SVG is full of double quotes, which then stay as they are. */
const inSingleQuotes = (text: string) => text.replaceAll("&", "&amp;").replaceAll("'", "&#39;");
