import type MarkdownIt from "markdown-it";
import {RebenchError} from "../errors.js";

const PLACEMENT = /^\{(figure|table):([^{}]*)\}\s*$/;
const PLACEHOLDER = /\{([^{}\n]*)\}/y;

/** What a token of ours holds: a quoted name, or what stands alone on a line. */
export type PlaceholderMeta = {name: string; line: number};
export type PlacementMeta = {what: "figure" | "table"; name: string};

/** Teaches a Markdown parser `{name}` in prose, and `{figure:name}` and `{table:name}` alone on a line. `\{` stays a brace. */
export function placeholders(markdown: MarkdownIt, file: string): void {
  markdown.block.ruler.before("fence", "placement", placement, {alt: ["paragraph", "blockquote", "list"]});
  markdown.inline.ruler.before("emphasis", "placeholder", (state, silent) => {
    if (state.src[state.pos] !== "{") return false;
    PLACEHOLDER.lastIndex = state.pos;
    const match = PLACEHOLDER.exec(state.src);
    const line = (state.env as {line: number}).line + state.src.slice(0, state.pos).split("\n").length - 1;
    if (match === null) throw textError(file, line, "a brace is not closed", "Write {name} to quote a value, or \\{ for a brace.");
    if (!silent) state.push("placeholder", "", 0).meta = {name: match[1]!, line} satisfies PlaceholderMeta;
    state.pos += match[0].length;
    return true;
  });
}

type BlockRule = Parameters<MarkdownIt["block"]["ruler"]["before"]>[2];

const placement: BlockRule = (state, startLine, _endLine, silent) => {
  if (state.sCount[startLine]! - state.blkIndent >= 4) return false; // code
  const text = state.src.slice(state.bMarks[startLine]! + state.tShift[startLine]!, state.eMarks[startLine]!);
  const match = PLACEMENT.exec(text);
  if (match === null) return false;
  if (silent) return true;
  const token = state.push("placement", "", 0);
  token.map = [startLine, startLine + 1];
  token.meta = {what: match[1] as "figure" | "table", name: match[2]!} satisfies PlacementMeta;
  state.line = startLine + 1;
  return true;
};

export const textError = (file: string, line: number, problem: string, hint: string) =>
  new RebenchError("invalid-report", {problem: `${file}, line ${line}: ${problem}`, hint});
