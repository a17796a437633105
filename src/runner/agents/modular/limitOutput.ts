import {keepText} from "../../transcript/keepText.js";
import type {AgentContext} from "../agent.js";
import {usedTokenShare} from "../limits.js";
import {writeInside} from "../workspaceFiles.js";

/** Longer outputs are shown in part; a shorter measure holds once half of the tokens are used. */
const [MOST_CHARACTERS, MOST_CHARACTERS_LATE, LATE_SHARE] = [100_000, 8_000, 0.5];

/** What is shown of a long output, at either end. */
const SHOWN_CHARACTERS = 300;

/** An output as the model is shown it. A long one is saved whole to a file in the workspace and shown as its first and last 300 characters. */
export async function limitOutput(context: AgentContext, output: string, turn: number): Promise<string> {
  const most = usedTokenShare(context.progress()) >= LATE_SHARE ? MOST_CHARACTERS_LATE : MOST_CHARACTERS;
  if (output.length <= most) return output;
  const file = `outputs/turn-${String(turn).padStart(4, "0")}.txt`;
  const isSaved = await writeInside(context, file, output);
  const where = isSaved ? `all of it is in ${file}` : "the rest could not be saved";
  const gap = `[… ${output.length} characters in all, of which the first and last ${SHOWN_CHARACTERS} are shown; ${where} …]`;
  const {start, end} = keepText(output, 2 * SHOWN_CHARACTERS, 0.5);
  return `${start}\n${gap}\n${end}`;
}

/** An output as lines of a message. */
export const shown = (output: string): string[] => (output.trimEnd() === "" ? ["[no output]"] : [output.trimEnd()]);
