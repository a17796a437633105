import type {FigureBlock} from "../content.js";
import {escapeHtml} from "./escapeHtml.js";
import {packed} from "./packed.js";
import {spansHtml} from "./spansHtml.js";
import {svgAddress} from "./svgAddress.js";

/** Where a window is this narrow or narrower, figures have one column. */
const NARROW = "(max-width: 600px)";

/** A figure as an image, which needs no script: the SVG of the command line. */
export function figureHtml({number, caption, figure}: FigureBlock): string {
  const {description, svg} = figure;
  const name = escapeHtml(figure.name);
  return [
    `<figure class="plot" id="figure-${name}" data-figure="${name}" data-number="${number}" data-narrow="${NARROW}">`,
    `<div class="drawing scrolls" tabindex="0" role="group" aria-label="Figure ${number}"><img alt="${escapeHtml(description)}"${sizeOf(svg)} src='${inSingleQuotes(svgAddress(svg))}'></div>`,
    `<figcaption><b>Figure ${number}.</b> ${spansHtml(caption)}</figcaption>`,
    `</figure>`,
  ].join("\n");
}

/**
 * What scripts need of a figure, at the end of the page: its rows, and its drawing in one column for phones. That one is only
 * ever shown inside of the page, and so goes without font and provenance.
 */
export function figureData({figure: {name, csv}}: FigureBlock, narrow: string | null): string {
  const data = (what: string, text: string) => `<script type="text/plain" id="${what}-${escapeHtml(name)}">${packed(text)}</script>`;
  const drawing = narrow?.replace(/<(style|metadata)\b[^>]*>[^<]*<\/\1>/g, "");
  return data("rows", csv) + (drawing === undefined ? "" : `\n${data("narrow", drawing)}`);
}

/** So that the page keeps its room before it is drawn. */
function sizeOf(svg: string): string {
  const [, width, height] = /^<svg[^>]*\bwidth="([\d.]+)"[^>]*\bheight="([\d.]+)"/.exec(svg) ?? [];
  return width === undefined ? "" : ` width="${width}" height="${height}"`;
}

/** SVG is full of double quotes, which then stay as they are. */
const inSingleQuotes = (text: string) => text.replaceAll("&", "&amp;").replaceAll("'", "&#39;");
