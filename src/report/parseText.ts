import MarkdownIt from "markdown-it";
import type {Block, Span} from "./content.js";
import {type PlaceholderMeta, type PlacementMeta, placeholders, textError} from "./placeholders.js";

/** Prose before its values are known. */
export type TextSpan =
  | Exclude<Span, {kind: "value" | "strong" | "emphasis" | "link"}>
  | {kind: "placeholder"; name: string; line: number}
  | {kind: "strong" | "emphasis"; spans: TextSpan[]}
  | {kind: "link"; href: string; spans: TextSpan[]};

export type TextBlock =
  | Extract<Block, {kind: "code" | "rule"}>
  | {kind: "heading"; level: number; spans: TextSpan[]}
  | {kind: "paragraph"; spans: TextSpan[]}
  | {kind: "list"; ordered: boolean; start: number; items: TextBlock[][]}
  | {kind: "quote"; blocks: TextBlock[]}
  | {kind: "placement"; what: "figure" | "table"; name: string; line: number};

type Token = ReturnType<MarkdownIt["parse"]>[number];

/**
 * The blocks of a Markdown text. HTML in it is text; images are refused, because a report's figures are its own.
 *
 * @param file Named in errors.
 * @throws RebenchError `invalid-report` with the line.
 */
export function parseText(source: string, file: string): TextBlock[] {
  const markdown = parser(file);
  const tokens = markdown.parse(source, {line: 1});
  return blocksOf(new Tokens(tokens, (inline, line) => spansOf(inline, line, file)));
}

/** One line of prose, such as a caption. */
export function parseLine(source: string, file: string): TextSpan[] {
  const markdown = parser(file);
  const [inline] = markdown.parseInline(source, {line: 1});
  return spansOf(inline!, 1, file);
}

function parser(file: string): MarkdownIt {
  const markdown = new MarkdownIt("commonmark", {html: false});
  placeholders(markdown, file);
  // inline content is parsed after all blocks: each part is told where it begins, so that errors can name the line
  markdown.core.ruler.at("inline", (state) => {
    for (const token of state.tokens) {
      if (token.type !== "inline") continue;
      const env = {...state.env, line: (token.map?.[0] ?? 0) + 1};
      state.md.inline.parse(token.content, state.md, env, token.children!);
    }
  });
  return markdown;
}

/** Walks over tokens, which come flat: `_open`, what is inside, `_close`. */
class Tokens {
  #at = 0;
  constructor(
    private readonly tokens: readonly Token[],
    readonly spans: (inline: Token, line: number) => TextSpan[],
  ) {}
  next(): Token | null {
    return this.tokens[this.#at++] ?? null;
  }
}

/** Blocks until the end, or a closing token, which is taken. */
function blocksOf(tokens: Tokens): TextBlock[] {
  const blocks: TextBlock[] = [];
  for (let token = tokens.next(); token !== null && token.nesting !== -1; token = tokens.next()) blocks.push(blockOf(token, tokens));
  return blocks;
}

function blockOf(token: Token, tokens: Tokens): TextBlock {
  const line = (token.map?.[0] ?? 0) + 1;
  switch (token.type) {
    case "heading_open":
      return {kind: "heading", level: Number(token.tag.slice(1)), spans: inlineOf(tokens, line)};
    case "paragraph_open":
      return {kind: "paragraph", spans: inlineOf(tokens, line)};
    case "bullet_list_open":
    case "ordered_list_open": {
      const start = Number(token.attrGet("start") ?? 1);
      return {kind: "list", ordered: token.type === "ordered_list_open", start, items: itemsOf(tokens)};
    }
    case "blockquote_open":
      return {kind: "quote", blocks: blocksOf(tokens)};
    case "placement":
      return {kind: "placement", ...(token.meta as PlacementMeta), line};
    case "hr":
      return {kind: "rule"};
    default: // fence, code_block
      return {kind: "code", text: token.content};
  }
}

/** The one inline token of a paragraph or heading, and its closing token. */
function inlineOf(tokens: Tokens, line: number): TextSpan[] {
  const spans = tokens.spans(tokens.next()!, line);
  tokens.next();
  return spans;
}

function itemsOf(tokens: Tokens): TextBlock[][] {
  const items: TextBlock[][] = [];
  for (let token = tokens.next(); token !== null && token.nesting === 1; token = tokens.next()) items.push(blocksOf(tokens));
  return items;
}

function spansOf(inline: Token, firstLine: number, file: string): TextSpan[] {
  const tokens = new Tokens(inline.children ?? [], () => []);
  let line = firstLine;
  const until = (): TextSpan[] => {
    const spans: TextSpan[] = [];
    for (let token = tokens.next(); token !== null && token.nesting !== -1; token = tokens.next()) {
      if (token.type === "softbreak" || token.type === "hardbreak") ++line;
      spans.push(spanOf(token));
    }
    return joined(spans);
  };
  const spanOf = (token: Token): TextSpan => {
    switch (token.type) {
      case "text":
        return {kind: "text", text: token.content};
      case "softbreak":
        return {kind: "text", text: " "};
      case "hardbreak":
        return {kind: "break"};
      case "code_inline":
        return {kind: "code", text: token.content};
      case "placeholder":
        return {kind: "placeholder", ...(token.meta as PlaceholderMeta)};
      case "strong_open":
        return {kind: "strong", spans: until()};
      case "em_open":
        return {kind: "emphasis", spans: until()};
      case "link_open":
        return {kind: "link", href: addressOf(token), spans: until()};
      default:
        throw textError(
          file,
          line,
          "a picture from elsewhere has no place in a report",
          "Place a figure with {figure:name} on a line of its own.",
        );
    }
  };
  /** Links lead to web pages, or inside the page; a value is never part of an address. */
  const addressOf = (token: Token): string => {
    const href = String(token.attrGet("href"));
    if (/^(https?:\/\/|mailto:|#)/i.test(href) && !/[{}]|%7[bd]/i.test(href)) return href;
    throw textError(file, line, `a link to "${href}"`, "Links begin with https://, http://, mailto: or #, and have no {name} in them.");
  };
  return until();
}

/** Neighbouring texts as one. */
function joined(spans: readonly TextSpan[]): TextSpan[] {
  const result: TextSpan[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    if (span.kind === "text" && last?.kind === "text") result[result.length - 1] = {kind: "text", text: last.text + span.text};
    else if (span.kind !== "text" || span.text !== "") result.push(span);
  }
  return result;
}
