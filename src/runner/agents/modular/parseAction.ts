import {type FencedBlock, fencedBlocks} from "../fencedBlocks.js";

/** What a model's answer asks for, or what is wrong with it, as a sentence for the model. */
export type ParsedAction =
  | {tool: "bash" | "python"; code: string}
  | {tool: "time_limit"; seconds: number}
  | {tool: "submit" | "score" | "score_log"}
  | {problem: string};

/** The most that `time_limit` sets, 24 minutes. */
export const MOST_COMMAND_SECONDS = 24 * 60;

const TOOLS: Readonly<Record<string, "bash" | "python" | "time_limit" | "submit" | "score" | "score_log">> = {
  bash: "bash",
  sh: "bash",
  shell: "bash",
  console: "bash",
  python: "python",
  python3: "python",
  py: "python",
  ipython: "python",
  time_limit: "time_limit",
  timelimit: "time_limit",
  set_time_limit: "time_limit",
  submit: "submit",
  score: "score",
  score_log: "score_log",
  scorelog: "score_log",
};

const EMPTY: ReadonlySet<string> = new Set(["submit", "score", "score_log"]);

/**
 * The one action in a model's answer: the first fenced block that is named after a tool. What comes after it is ignored, as models
 * go on to make up results.
 *
 * @param isCut Whether the answer was cut off at the limit of its tokens: a block that is open then is not run.
 * @example parseAction("Look.\n```bash\nls -l\n```", false) // => {tool: "bash", code: "ls -l"}
 * @example parseAction("```time_limit\n10m\n```", false) // => {tool: "time_limit", seconds: 600}
 */
export function parseAction(answer: string, isCut: boolean): ParsedAction {
  const blocks = fencedBlocks(answer);
  const block = blocks.find(({label}) => Object.hasOwn(TOOLS, label));
  if (block === undefined) return {problem: nothingFound(blocks, isCut)};
  const tool = TOOLS[block.label]!;
  if (isCut && !block.isClosed) return {problem: CUT};
  if (tool === "time_limit") return timeLimit(block.body);
  if (EMPTY.has(tool)) return {tool: tool as "submit" | "score" | "score_log"};
  if (block.body.trim() === "") return {problem: `The ${tool} block is empty, so nothing was run.`};
  return {tool: tool as "bash" | "python", code: block.body};
}

const CUT =
  "Your answer was cut off at the limit of output tokens in the middle of a block, so nothing was run. Write less at a time, for example a file in several parts.";

function nothingFound(blocks: readonly FencedBlock[], isCut: boolean): string {
  if (isCut) return "Your answer was cut off at the limit of output tokens before any action, so nothing was run. Be brief, and act.";
  const labels = [...new Set(blocks.map(({label}) => label))].filter((label) => label !== "").slice(0, 3);
  const found = labels.length > 0 ? ` Blocks named ${labels.map((label) => label.slice(0, 30)).join(", ")} are no tools.` : "";
  return `No action was found in your answer, so nothing was run.${found} End each answer with one fenced block whose first line is three backticks and the name of a tool: bash, python, time_limit, score, score_log or submit.`;
}

function timeLimit(body: string): ParsedAction {
  const match = /^\s*(\d{1,6}(?:\.\d{1,3})?)\s*(s|sec|seconds?|m|min|minutes?)?\s*$/i.exec(body);
  const seconds = match === null ? Number.NaN : Number(match[1]) * (/^m/i.test(match[2] ?? "") ? 60 : 1);
  if (seconds >= 1 && seconds <= MOST_COMMAND_SECONDS) return {tool: "time_limit", seconds};
  return {problem: `time_limit takes one number of seconds from 1 to ${MOST_COMMAND_SECONDS}, such as 600. The limit was not changed.`};
}
