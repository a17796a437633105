import {RebenchError} from "../../../errors.js";
import type {AgentContext, ScoreAnswer} from "../agent.js";
import {withoutMiddle} from "../withoutMiddle.js";
import {removeInside, writeInside} from "../workspaceFiles.js";
import type {RunResult} from "./prompts.js";
import type {Submission} from "./submission.js";

/** What of an output a model is shown. */
const MOST_OUTPUT_CHARACTERS = 6000;

export type Ran = RunResult & {hasFailed: boolean};

/** Puts a node's code in its place, runs it, and has the result scored: always, because a program that ran out of time may have left a good result. */
export async function runNode(code: string, submission: Submission, context: AgentContext, runSeconds: number): Promise<Ran> {
  const {codeFile, files, isCode} = submission;
  if (!isCode) await removeInside(context, files); // what is scored then is this program's
  await writeInside(context, codeFile, code);
  const result = await context.exec(["python3", codeFile], {timeoutSeconds: runSeconds, signal: context.signal});
  const answer = await score(context);
  const hasFailed = result.timedOut || result.exitCode !== 0;
  const end = result.timedOut ? `[stopped after ${runSeconds} s]` : `[exit status ${result.exitCode ?? result.signal}]`;
  const shown = withoutMiddle(result.output.trimEnd(), MOST_OUTPUT_CHARACTERS) || "[no output]";
  const refusal = answer.valid ? "" : `\n[the scorer: not valid. ${answer.message}]`;
  return {output: `${shown}\n${end}${refusal}`, answer, hasFailed};
}

/** A broken scorer says nothing about a submission: it counts as one that is not valid, and the search goes on. */
async function score(context: AgentContext): Promise<ScoreAnswer> {
  try {
    return await context.score();
  } catch (error) {
    if (!(error instanceof RebenchError && (error.code === "scorer-broken" || error.code === "too-late"))) throw error;
    return {score: null, valid: false, message: error.problem, repeat: false, workingSeconds: context.progress().workingSeconds};
  }
}
