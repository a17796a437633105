import {randomStream} from "../../random.js";
import type {ChatMessage, ModelAnswer} from "../gateway/model.js";
import type {Agent, AgentContext} from "./agent.js";
import {AgentFailure} from "./agentFailure.js";
import {type AideNode, type AideState, aideStateSchema} from "./aide/aideState.js";
import {bestNode, type Choice, choose} from "./aide/choose.js";
import {overview} from "./aide/overview.js";
import {judgePrompt, type PromptParts, solutionPrompt} from "./aide/prompts.js";
import {readJudgement, readSolution, type Solution} from "./aide/readAnswer.js";
import {type Ran, runNode} from "./aide/runNode.js";
import {type Submission, submissionOf} from "./aide/submission.js";
import {askWithin} from "./askWithin.js";
import {isCut} from "./isCut.js";
import type {AideSpec} from "./parseAgentSpec.js";
import {copyInside, restoreInside, writeInside} from "./workspaceFiles.js";

/** The most that one run may take. */
const MOST_RUN_SECONDS = 3600;

/** The end of an attempt, in which nothing new is begun: so much of the limit, and no more than that many seconds. */
const [RESERVE_SHARE, MOST_RESERVE_SECONDS] = [0.05, 60];

/** Answers without code in a row after which nothing more is to be expected. */
const MOST_EMPTY_NODES = 20;

const SEEDS = 2 ** 31;

const [START_FOLDER, BEST_FOLDER] = [".aide/start", ".aide/best"];

/**
 * A search over whole programs in a tree: draft, debug, improve.
 *
 * Whether a node is valid and how good it is comes from the environment's scorer alone; a model's judgement can only call a node
 * buggy, which keeps the search from building on it. Between runs the workspace always holds the best that was found, so that an end at
 * any moment counts with it.
 *
 * @see Jiang et al. 2025, arXiv 2502.13138 (AIDE); re-bench's paper, arXiv 2411.15114.
 */
export const aideAgent = (spec: AideSpec): Agent => ({
  name: "aide",
  participant: {scaffold: "AIDE", model: spec.model},
  models: [spec.model],
  run: async (context) => {
    try {
      await search(context, spec);
    } catch (error) {
      if (!context.signal.aborted) throw error; // what goes wrong at the end of an attempt is no failure
    }
  },
});

async function search(context: AgentContext, spec: AideSpec): Promise<void> {
  const submission = submissionOf(context.environment);
  const state = await begin(context, spec, submission);
  const {direction} = context.environment;
  while (!context.signal.aborted && state.nodes.length < (spec.steps ?? Infinity) && remainingSeconds(context) > 0) {
    const random = randomStream("aide", state.seed, state.nodes.length).uniform;
    const choice = choose(state.nodes, {direction, drafts: spec.drafts, random});
    const node = await makeNode(choice, context, spec, {state, submission});
    if (node === null) break;
    state.nodes.push(node);
    await keepBest(context, state, submission);
    await context.save(state);
    failWithoutCode(state.nodes);
  }
  if (context.signal.aborted) return;
  await context.submit();
}

/** The tree that was saved, or a new one. The files of the start are kept, because they count until something better is found. */
async function begin(context: AgentContext, spec: AideSpec, submission: Submission): Promise<AideState> {
  const saved = aideStateSchema.safeParse(context.saved);
  if (saved.success) {
    context.log(`Taken up again with ${saved.data.nodes.length} nodes.`);
    await putBack(context, saved.data, submission); // a run may have been interrupted
    return saved.data;
  }
  if (context.saved != null) context.log("What was saved of this agent cannot be read: it begins anew.");
  const state: AideState = {
    version: 1,
    overview: await overview(context, spec.contextTokens),
    nodes: [],
    seed: Math.floor(context.random() * SEEDS),
    kept: null,
  };
  await copyInside(context, submission.files, START_FOLDER);
  await context.save(state);
  return state;
}

/** What is left for steps, seconds. */
function remainingSeconds(context: AgentContext): number {
  const {workingSeconds, timeLimitSeconds} = context.progress();
  return timeLimitSeconds - workingSeconds - Math.min(MOST_RESERVE_SECONDS, RESERVE_SHARE * timeLimitSeconds);
}

type Step = {state: AideState; submission: Submission};

/** A node of the tree, run, scored and judged; null where the attempt is over or its budget is spent. */
async function makeNode(choice: Choice, context: AgentContext, spec: AideSpec, {state, submission}: Step): Promise<AideNode | null> {
  const {stage, parent} = choice;
  const parts = partsOf(context, state, submission);
  const answer = await ask(context, spec, solutionPrompt(choice, parts));
  if (answer === null) return null;
  const place = {id: state.nodes.length, stage, parent: parent?.id ?? null, debugDepth: stage === "debug" ? parent.debugDepth + 1 : 0};
  const solution = readSolution(answer.text, isCut(answer));
  if (solution === null) return {...place, ...NO_CODE};
  const runSeconds = Math.min(MOST_RUN_SECONDS, Math.floor(remainingSeconds(context)));
  if (runSeconds < 1) return null;
  const ran = await runNode(solution.code, submission, context, runSeconds);
  if (context.signal.aborted) return null;
  const judgement = await judge(solution, ran, context, spec, parts);
  const {answer: scored} = ran;
  return {
    ...place,
    ...solution,
    output: ran.output,
    isBuggy: !scored.valid || ran.hasFailed || judgement.isBug,
    isValid: scored.valid,
    score: scored.score,
    summary: judgement.summary,
  };
}

const NO_CODE = {
  ...{plan: "", code: "", output: "", summary: "The answer held no block of code."},
  ...{isBuggy: true, isValid: false, score: null},
};

function partsOf(context: AgentContext, {nodes, overview: text}: AideState, submission: Submission): PromptParts {
  const left = Math.max(0, remainingSeconds(context));
  return {
    instructions: context.instructions,
    overview: text,
    submission,
    direction: context.environment.direction,
    remainingSeconds: left,
    runSeconds: Math.min(MOST_RUN_SECONDS, left),
    nodes,
  };
}

function ask(context: AgentContext, spec: AideSpec, messages: readonly ChatMessage[]): Promise<ModelAnswer | null> {
  const {model, temperature, maxOutputTokens} = spec;
  return askWithin(context, {model, temperature, maxOutputTokens, messages});
}

/** What a model says of a run. Where it says nothing that can be read, or may not be asked any more, the scorer's word is all there is. */
async function judge(solution: Solution, ran: Ran, context: AgentContext, spec: AideSpec, parts: PromptParts) {
  const answer = await ask(context, spec, judgePrompt(solution, ran, parts));
  return readJudgement(answer?.text ?? "") ?? {isBug: false, summary: "", metric: null};
}

/** Keeps the files of a new best node, and leaves the best in the workspace. */
async function keepBest(context: AgentContext, state: AideState, submission: Submission): Promise<void> {
  const best = bestNode(state.nodes, context.environment.direction);
  const last = state.nodes.at(-1)!;
  if (best === null || best.id === state.kept || best.id !== last.id) return putBack(context, state, submission);
  if (await copyInside(context, submission.files, BEST_FOLDER)) state.kept = best.id;
  else context.log(`The files of node ${best.id} could not be kept.`);
}

/** The best node's files, or those of the start where nothing valid was found, into the workspace. */
async function putBack(context: AgentContext, {nodes, kept}: AideState, {files, isCode, codeFile}: Submission): Promise<void> {
  const best = kept === null ? null : nodes[kept]!;
  if (best !== null && isCode) await writeInside(context, codeFile, best.code);
  else if (!(await restoreInside(context, files, best === null ? START_FOLDER : BEST_FOLDER))) {
    context.log("The best files so far are gone from .aide and could not be put back.");
  }
}

function failWithoutCode(nodes: readonly AideNode[]): void {
  const last = nodes.slice(-MOST_EMPTY_NODES);
  if (last.length < MOST_EMPTY_NODES || last.some(({code}) => code !== "")) return;
  throw new AgentFailure(`no block of code was found in ${MOST_EMPTY_NODES} answers in a row`);
}
