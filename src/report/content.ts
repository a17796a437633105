import type {Warning} from "../analysis/settings.js";

/** A piece of prose. `text` and `code` are plain text, never markup: escape them for whatever they are written into. */
export type Span =
  | {kind: "text" | "code"; text: string}
  | {
      kind: "value";
      name: string;
      value: CellValue;
      text: string /** Number of the note that says why it is missing, or what to know of it. */;
      note: number | null;
    }
  | {kind: "strong" | "emphasis"; spans: Span[]}
  | {kind: "link"; href: string; spans: Span[]}
  | {kind: "break"};

export type CellValue = number | string | boolean | null;

export type Column = {name: string; title: string; align: "left" | "right"};

/** What a table says in one place: the value for sorting and for programs, the text for people. */
export type Cell = {value: CellValue; text: string /** An http(s) address. */; href: string | null; note: number | null};

/** A figure as it was drawn, or why there is none. */
export type ReportFigure =
  | {name: string; title: string; description: string; svg: string; png: Uint8Array | null; csv: string}
  | {name: string; reason: string};

export type FigureBlock = {kind: "figure"; number: number; caption: Span[]; figure: Extract<ReportFigure, {svg: string}>};
export type TableBlock = {
  kind: "table";
  number: number;
  name: string;
  caption: string;
  columns: Column[];
  rows: Cell[][];
  /** Sentences under the table. */
  notes: string[];
};

export type Block =
  | {kind: "heading"; level: number /** Unique in the report; letters, digits and hyphens. */; id: string; spans: Span[]}
  | {kind: "paragraph"; spans: Span[]}
  | {kind: "list"; ordered: boolean; start: number; items: Block[][]}
  | {kind: "quote"; blocks: Block[]}
  | {kind: "code"; text: string}
  | {kind: "rule"}
  | FigureBlock
  | {kind: "missing-figure"; name: string; reason: string}
  | TableBlock;

/** A report with every value in its place: what HTML and Markdown are written from. */
export type ReportContent = {
  name: string;
  title: string;
  description: string | null;
  /** Which data, in a sentence; and whether any of them are synthetic, which a page has to say first. */
  data: {text: string; attempts: number; isSynthetic: boolean};
  blocks: Block[];
  /** Why values are missing, numbered from 1: the notes of spans and cells. */
  notes: string[];
  /** Everything a reader should know, of all analyses behind the report, each once. */
  warnings: Warning[];
};
