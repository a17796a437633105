import type {Progress} from "../agent.js";
import {percent, usedShare} from "../limits.js";
import {MOST_COMMAND_SECONDS} from "./parseAction.js";

export const DEFAULT_COMMAND_SECONDS = 10;

/** How the loop works. Ours; what the task is comes after it. */
export const SYSTEM_PROMPT = `You work on a research engineering task, alone, on a machine that you reach only through actions.
Each of your answers holds one action. It is run, and what came of it is the next message.

An action is a fenced block named after a tool. Think first if you like, in a few sentences, and end the answer with the block:

\`\`\`bash
ls -la
\`\`\`

Tools:
- bash: runs the block as a script. Each script starts in the workspace, in a new shell; files stay, variables do not.
- python: runs the block in an interpreter that keeps its variables. The value of a last expression is shown.
- time_limit: the block holds a number of seconds. bash and python are stopped after that long; at first ${DEFAULT_COMMAND_SECONDS}, at most ${MOST_COMMAND_SECONDS}.
  For longer work start a program in the background with nohup and its output in a file, and look at it later.
- score: scores what is in the workspace now. The block is empty. You may score as often as you like.
- score_log: lists your scores so far. The block is empty.
- submit: ends the attempt with what is in the workspace now. The block is empty. There is no way back.

Only the first block that names a tool is run. Where a block must hold lines of three backticks, fence it with four.
Nobody answers questions. Very long outputs are shown in part and saved to a file.`;

export const taskPrompt = (instructions: string): string => `${instructions.trim()}\n\nBegin with your first action.`;

export const RESUMED_NOTICE =
  "[The attempt was interrupted here and has been taken up again. Files are as they were; running programs and the variables of the Python session are gone.]";

export const LOST_RESULT =
  "[The attempt was interrupted while this action ran. It may have run, in part or to the end; its output is lost. Look before you repeat it.]";

const NUDGES = [
  {share: 3 / 4, text: "Three quarters of it are used. See to it that the best you have is in the workspace and scored."},
  {share: 9 / 10, text: "Nine tenths of it are used. Finish now: put the best solution into the workspace, score it, and submit."},
];

/** The line at the end of each turn: which share of the limits is used, and a nudge where one is due. */
export function statusLine(progress: Progress, nudges: number): {line: string; nudges: number} {
  const {share, of} = usedShare(progress);
  const due = NUDGES.filter((nudge) => share >= nudge.share).length;
  const nudge = due > nudges ? ` ${NUDGES[due - 1]!.text}` : "";
  return {line: `[${percent(share)} of the ${of === "cost" ? "cost" : of} limit used.${nudge}]`, nudges: Math.max(due, nudges)};
}
