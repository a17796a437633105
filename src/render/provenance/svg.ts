import {canonicalJson} from "../canonicalJson.js";
import {cannotEmbed, type Found, found, NO_PROVENANCE, notFound} from "./found.js";
import type {Provenance} from "./provenance.js";
import {indexOutsideCdata, isTag, plainText, rootContent, skipElement, tagEnd} from "./svgTags.js";

/**
 * The SVG with provenance in a `<metadata>` after its title and description, in place of any it had.
 *
 * `<`, `>` and `&` are written as JSON's escapes, so that the text means the same in XML, in HTML and to whoever searches for it.
 */
export function embedInSvg(svg: string, provenance: Provenance): string {
  const old = ownMetadata(svg);
  const text = old === null ? svg : svg.slice(0, old.start) + svg.slice(old.end);
  const root = rootContent(text);
  if (root === null) throw cannotEmbed("SVG", "has no <svg> element with content");
  const at = skipElement(text, skipElement(text, root, "title"), "desc");
  const json = canonicalJson(provenance).replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
  const id = `${provenance.figure.replace(/[^A-Za-z0-9._-]/g, "_")}-provenance`;
  return `${text.slice(0, at)}<metadata id="${id}" data-format="rebench-figure">${json}</metadata>${text.slice(at)}`;
}

/** The provenance that an SVG carries, as JSON text. */
export function extractFromSvg(svg: string): Found {
  if (rootContent(svg) === null) return notFound("is no whole SVG");
  if (!svg.trimEnd().endsWith("</svg>")) return notFound("is truncated: it does not end with </svg>");
  const own = ownMetadata(svg);
  return own === null ? notFound(NO_PROVENANCE) : found(plainText(svg.slice(own.contentStart, own.contentEnd)));
}

const CLOSING = "</metadata>";

/** Where our metadata is; others, such as an editor's, are passed over. */
function ownMetadata(svg: string): {start: number; contentStart: number; contentEnd: number; end: number} | null {
  for (let start = svg.indexOf("<metadata"); start >= 0; start = svg.indexOf("<metadata", start + 1)) {
    if (!isTag(svg, start, "metadata")) continue;
    const contentStart = tagEnd(svg, start);
    if (contentStart === 0) return null;
    if (!/\sdata-format=["']rebench-figure["']/.test(svg.slice(start, contentStart))) continue;
    const contentEnd = indexOutsideCdata(svg, CLOSING, contentStart);
    if (contentEnd < 0) return null;
    return {start, contentStart, contentEnd, end: contentEnd + CLOSING.length};
  }
  return null;
}
