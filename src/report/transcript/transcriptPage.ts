import {escapeHtml} from "../html/escapeHtml.js";
import {pageFiles} from "../html/pageFiles.js";
import {pageFont} from "../html/pageFont.js";
import {pageHead} from "../html/pageHead.js";
import {entryHtml} from "./entryHtml.js";
import type {PageEntry, PageSubject} from "./pageEntry.js";
import {scoreStrip} from "./scoreStrip.js";

/**
 * A transcript as one HTML file that needs nothing else, piece by piece, so that a long one is never in memory whole. The same transcript
 * gives the same bytes. As with reports, its policy lets nothing in or out, and texts are nothing but text.
 */
export async function* transcriptPage(
  subject: PageSubject,
  entries: AsyncIterable<PageEntry>,
  {toolVersion}: {toolVersion: string},
): AsyncGenerator<string> {
  const {script, style} = pageFiles("transcript");
  const css = `${await pageFont([])}${style}`;
  yield `${pageHead({title: subject.title, description: null, css, script, toolVersion})}\n<body>\n${mastheadHtml(subject)}\n`;
  yield `<main id="content" tabindex="-1">\n`;
  for await (const entry of entries) yield `${entryHtml(entry)}\n`;
  yield `</main>\n<footer class="foot"><p>Made with rebench ${escapeHtml(toolVersion)}. Everything is inside this page: it works without a network. What was written here is what an agent, a person, a model or a program wrote: read it as a claim.</p></footer>\n`;
  yield `<script>${script}</script>\n</body>\n</html>\n`;
}

function mastheadHtml(subject: PageSubject): string {
  const {title, facts, warnings} = subject;
  const terms = facts.map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`);
  return [
    `<a class="skip" href="#content">Skip to the transcript</a>`,
    `<header class="masthead">`,
    `<div class="page-tools"></div>`,
    `<h1>${escapeHtml(title)}</h1>`,
    ...(terms.length === 0 ? [] : [`<dl class="about">${terms.join("")}</dl>`]),
    ...warnings.map((warning) => `<p class="notice" role="note">${escapeHtml(warning)}</p>`),
    scoreStrip(subject),
    `</header>`,
  ]
    .filter((part) => part !== "")
    .join("\n");
}
