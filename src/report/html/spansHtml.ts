import type {Span} from "../content.js";
import {escapeHtml} from "./escapeHtml.js";

/** Prose as HTML. What comes from records is text in it. */
export const spansHtml = (spans: readonly Span[]): string => spans.map(spanHtml).join("");

function spanHtml(span: Span): string {
  switch (span.kind) {
    case "text":
      return escapeHtml(span.text);
    case "code":
      return `<code>${escapeHtml(span.text)}</code>`;
    case "value":
      return `<span class="value" data-value="${escapeHtml(span.name)}">${escapeHtml(span.text)}</span>${noteHtml(span.note)}`;
    case "strong":
      return `<strong>${spansHtml(span.spans)}</strong>`;
    case "emphasis":
      return `<em>${spansHtml(span.spans)}</em>`;
    case "link":
      return linkHtml(span.href, spansHtml(span.spans));
    case "break":
      return "<br>";
  }
}

/** The sign of a note at the end of the page. */
export const noteHtml = (note: number | null): string =>
  note === null ? "" : `<sup class="note"><a href="#note-${note}" aria-label="Note ${note}">${note}</a></sup>`;

/** Only where it leads to a web page, a mailbox, or a place in this page. */
export const linkHtml = (href: string, content: string): string =>
  /^(?:https?:\/\/|mailto:|#)/i.test(href) ? `<a href="${escapeHtml(href)}">${content}</a>` : content;
