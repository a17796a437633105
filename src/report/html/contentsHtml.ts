import type {Block} from "../content.js";
import {spansHtml} from "./spansHtml.js";

/** A shorter report needs none. */
const LEAST_HEADINGS = 4;

/** A list of the report's sections, as links. Empty for a short report. */
export function contentsHtml(headings: readonly Extract<Block, {kind: "heading"}>[]): string {
  const listed = headings.filter(({level}) => level <= 3);
  if (listed.length < LEAST_HEADINGS) return "";
  const items = listed.map(
    ({level, id, spans}) => `<li${level > 2 ? ' class="deep"' : ""}><a href="#${id}">${spansHtml(withoutLinks(spans))}</a></li>`,
  );
  return `<nav class="contents" aria-labelledby="contents"><h2 id="contents">Contents</h2><ul>\n${items.join("\n")}\n</ul></nav>`;
}

type Spans = Extract<Block, {kind: "heading"}>["spans"];

/** Links and signs of notes inside of a link would be invalid. */
const withoutLinks = (spans: Spans): Spans =>
  spans.flatMap((span): Spans => {
    if (span.kind === "link") return withoutLinks(span.spans);
    if (span.kind === "value") return [{...span, note: null}];
    return "spans" in span ? [{...span, spans: withoutLinks(span.spans)}] : [span];
  });
