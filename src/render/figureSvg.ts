import type {TopLevelSpec} from "vega-lite";
import type {Drawing} from "./drawSpec.js";
import type {FontWeight} from "./font/fontFiles.js";
import {fontFaceRules} from "./font/webFont.js";
import {leanSvg} from "./leanSvg.js";
import type {Provenance} from "./provenance/provenance.js";
import {embedInSvg} from "./provenance/svg.js";
import {sceneTexts} from "./sceneTexts.js";

/**
 * A drawing as an SVG that stands by itself: with title and description for who cannot see it, its font inside, provenance, and
 * ids that begin with the figure's name, so that several may go into one page.
 */
export async function figureSvg(name: string, spec: TopLevelSpec, drawing: Drawing, provenance: Provenance): Promise<string> {
  const texts = new Map<FontWeight, string>();
  for (const {text, weight} of sceneTexts(drawing)) texts.set(weight, (texts.get(weight) ?? "") + text);
  const {usermeta, description} = spec as {usermeta?: {title?: string}; description?: string};
  const [titleId, descriptionId] = [`${name}-title`, `${name}-description`];
  const head =
    `<title id="${titleId}">${escaped(usermeta?.title ?? name)}</title><desc id="${descriptionId}">${escaped(description ?? "")}</desc>` +
    `<style>${await fontFaceRules(texts)}</style>`;
  const opened = withOwnIds(name, leanSvg(drawing.svg)).replace(
    /^<svg ([^>]*)>/,
    (_, attributes: string) => `<svg ${attributes} role="img" aria-labelledby="${titleId} ${descriptionId}">${head}`,
  );
  return `${wellFormed(embedInSvg(opened, provenance))}\n`;
}

/** Half a surrogate pair and two non-characters can be in JSON's strings, but not in XML. Control characters were escaped before. */
const wellFormed = (xml: string) => xml.replace(/[\p{Surrogate}\ufffe\uffff]/gu, "\ufffd");

/** Vega counts ids up from `clip0`, `gradient_0`. */
const withOwnIds = (name: string, svg: string) =>
  svg.replace(/(\sid=")([^"]+")/g, `$1${name}-$2`).replace(/(url\(#)([^)]+\))/g, `$1${name}-$2`);

/** Text inside an XML element. */
const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
