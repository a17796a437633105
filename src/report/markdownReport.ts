import type {Block, Cell, FigureBlock, ReportContent, Span, TableBlock} from "./content.js";
import {escapeLine, escapeMarkdown} from "./escapeMarkdown.js";

/**
 * A report as Markdown, with pictures beside it: for a pull request, or any page that renders GitHub's Markdown.
 *
 * @param figuresFolder Where `NAME.png` (or `NAME.svg` where there is no PNG) and `NAME.csv` lie, as a relative address.
 */
export function markdownReport(content: ReportContent, {figuresFolder}: {figuresFolder: string}): string {
  const {title, description, data, blocks, notes, warnings} = content;
  const hasMethods = blocks.some((block) => block.kind === "table" && block.name === "methods");
  return [
    `# ${escapeMarkdown(title)}`,
    ...(description === null ? [] : [escapeLine(escapeMarkdown(description))]),
    `*${escapeMarkdown(data.text)}*`,
    ...blocks.map((block) => blockText(block, figuresFolder)),
    ...(hasMethods || warnings.length === 0
      ? []
      : ["## About the data", warnings.map(({message}) => `- ${escapeLine(escapeMarkdown(message))}`).join("\n")]),
    ...(notes.length === 0 ? [] : ["## Notes", notes.map((note, i) => `${i + 1}. ${escapeLine(escapeMarkdown(note))}`).join("\n")]),
  ]
    .map((part) => `${part}\n`)
    .join("\n");
}

function blockText(block: Block, figuresFolder: string): string {
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(block.level)} ${spansText(block.spans)}`;
    case "paragraph":
      return spansText(block.spans).split("\n").map(escapeLine).join("\n");
    case "list":
      return block.items.map((item, i) => itemText(item, block.ordered ? `${block.start + i}.` : "-", figuresFolder)).join("\n");
    case "quote":
      return prefixed(blocksText(block.blocks, figuresFolder), "> ", "> ");
    case "code":
      return codeBlock(block.text);
    case "rule":
      return "---";
    case "figure":
      return figureText(block, figuresFolder);
    case "missing-figure":
      return `*The figure ${escapeMarkdown(block.name)} is not shown: ${escapeMarkdown(block.reason)}.*`;
    case "table":
      return tableText(block);
  }
}

const blocksText = (blocks: readonly Block[], figuresFolder: string) => blocks.map((block) => blockText(block, figuresFolder)).join("\n\n");

const itemText = (item: readonly Block[], mark: string, figuresFolder: string) =>
  prefixed(blocksText(item, figuresFolder), `${mark} `, " ".repeat(mark.length + 1));

/** The first line with one prefix, others with another; empty lines stay empty. */
const prefixed = (text: string, first: string, others: string) =>
  text
    .split("\n")
    .map((line, i) => (i === 0 ? first : others) + line)
    .map((line) => line.trimEnd())
    .join("\n");

/** A fence longer than any in the text. */
function codeBlock(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text.replace(/\n$/, "")}\n${fence}`;
}

const spansText = (spans: readonly Span[]): string => spans.map(spanText).join("");

function spanText(span: Span): string {
  switch (span.kind) {
    case "text":
      return escapeMarkdown(span.text);
    case "value":
      return escapeMarkdown(span.text) + noteText(span.note);
    case "code":
      return codeSpan(span.text);
    case "strong":
      return `**${spansText(span.spans)}**`;
    case "emphasis":
      return `*${spansText(span.spans)}*`;
    case "link":
      return `[${spansText(span.spans)}](<${addressText(span.href)}>)`;
    case "break":
      return "\\\n";
  }
}

const noteText = (note: number | null) => (note === null ? "" : ` (note ${note})`);

function codeSpan(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 && text.trim() === text ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`;
}

/** An address between < and >, which it must not end. */
const addressText = (href: string) => href.replace(/[<>\\\s|]/g, (character) => encodeURIComponent(character));

function figureText({number, caption, figure}: FigureBlock, figuresFolder: string): string {
  const {name, description, png} = figure;
  const file = `${figuresFolder}/${name}.${png === null ? "svg" : "png"}`;
  const about = escapeMarkdown(description.replace(/\s+/g, " "));
  return `![${about}](<${addressText(file)}>)\n\n**Figure ${number}.** ${spansText(caption)} ([numbers](<${addressText(`${figuresFolder}/${name}.csv`)}>))`;
}

function tableText({number, caption, columns, rows, notes}: TableBlock): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const lines = [
    line(columns.map(({title}) => escapeMarkdown(title))),
    line(columns.map(({align}) => (align === "right" ? "---:" : "---"))),
    ...rows.map((row) => line(row.map(cellText))),
  ];
  const under = notes.length === 0 ? [] : [notes.map((note) => `- ${escapeLine(escapeMarkdown(note))}`).join("\n")];
  return [`**Table ${number}.** ${escapeMarkdown(caption)}`, lines.join("\n"), ...under].join("\n\n");
}

const cellText = ({text, href, note}: Cell) =>
  (href === null ? escapeMarkdown(text) : `[${escapeMarkdown(text)}](<${addressText(href)}>)`) + noteText(note);
