import type {ThemeChanges} from "../../figure/theme/parseTheme.js";
import type {Block, FigureBlock, ReportContent} from "../content.js";
import {blockHtml} from "./blockHtml.js";
import {contentsHtml} from "./contentsHtml.js";
import {escapeHtml} from "./escapeHtml.js";
import {figureColors} from "./figureColors.js";
import {figureData} from "./figureHtml.js";
import {pageFiles} from "./pageFiles.js";
import {pageFont} from "./pageFont.js";
import {pageHead} from "./pageHead.js";

export type PageOptions = {
  /** What figures were drawn with. */
  theme: ThemeChanges | null;
  /** Figures in one column, by name, for phones. */
  narrow: ReadonlyMap<string, string>;
  toolVersion: string;
};

/**
 * A report as one HTML file that needs nothing else: no server, no network, and no script but for what is done with its figures
 * and tables. The same report gives the same bytes. Its policy lets nothing in or out but what it holds itself.
 */
export async function reportHtml(content: ReportContent, {theme, narrow, toolVersion}: PageOptions): Promise<string> {
  const {script, style} = pageFiles();
  const body = bodyHtml(content, toolVersion);
  const texts = [body, ...narrow.values()].map((text) => text.replace(/base64,[^)"]*/g, ""));
  const css = `${await pageFont(texts)}${style}${figureColors(theme)}`;
  return [
    pageHead({title: content.title, description: content.description, css, script, toolVersion}),
    `<body>`,
    body,
    ...figuresOf(content.blocks).map((block) => figureData(block, narrow.get(block.figure.name) ?? null)),
    `<script>${script}</script>`,
    `</body>`,
    `</html>`,
    ``,
  ].join("\n");
}

function bodyHtml(content: ReportContent, toolVersion: string): string {
  const {title, description, data, blocks} = content;
  const about = data.isSynthetic
    ? `<p class="notice" role="note"><strong>Synthetic attempts.</strong> ${escapeHtml(data.text)}</p>`
    : `<p class="data">${escapeHtml(data.text)}</p>`;
  return [
    `<a class="skip" href="#content">Skip to the content</a>`,
    `<header class="masthead">`,
    `<div class="page-tools"></div>`,
    `<h1>${escapeHtml(title)}</h1>`,
    ...(description === null ? [] : [`<p class="lead">${escapeHtml(description)}</p>`]),
    about,
    contentsHtml(blocks.filter((block) => block.kind === "heading")),
    `</header>`,
    `<main id="content" tabindex="-1">`,
    ...blocks.map(blockHtml),
    ...aboutTheData(content),
    ...notesHtml(content.notes),
    `</main>`,
    `<footer class="foot"><p>Made with rebench ${escapeHtml(toolVersion)}. The figures and tables are inside this page: it works without a network.</p></footer>`,
  ]
    .filter((part) => part !== "")
    .join("\n");
}

/** What a reader should know of the data; where there is a table of methods, its notes say it. */
function aboutTheData({blocks, warnings}: ReportContent): string[] {
  const hasMethods = blocks.some((block) => block.kind === "table" && block.name === "methods");
  if (hasMethods || warnings.length === 0) return [];
  return [
    `<h2 id="about-the-data">About the data</h2>`,
    `<ul>${warnings.map(({message}) => `<li>${escapeHtml(message)}</li>`).join("")}</ul>`,
  ];
}

const notesHtml = (notes: readonly string[]): string[] =>
  notes.length === 0
    ? []
    : [
        `<h2 id="notes">Notes</h2>`,
        `<ol class="notes">${notes.map((note, i) => `<li id="note-${i + 1}">${escapeHtml(note)}</li>`).join("")}</ol>`,
      ];

/** Every figure of a report, wherever it is placed. */
const figuresOf = (blocks: readonly Block[]): FigureBlock[] =>
  blocks.flatMap((block) => {
    if (block.kind === "figure") return [block];
    if (block.kind === "list") return block.items.flatMap(figuresOf);
    return block.kind === "quote" ? figuresOf(block.blocks) : [];
  });
