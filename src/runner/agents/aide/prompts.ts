import type {ChatMessage} from "../../gateway/model.js";
import type {ScoreAnswer} from "../agent.js";
import {describeScore, formatScore} from "../describeScore.js";
import type {AideNode} from "./aideState.js";
import type {Choice, Direction} from "./choose.js";
import type {Submission} from "./submission.js";

export type PromptParts = {
  instructions: string;
  overview: string;
  submission: Submission;
  direction: Direction;
  /** What is left for all further steps. */
  remainingSeconds: number;
  /** For one run. */
  runSeconds: number;
  nodes: readonly AideNode[];
};

/** Good nodes that a prompt recalls. */
const MOST_REMEMBERED = 12;

/** Asks for a plan and one block of code. */
export function solutionPrompt(choice: Choice, parts: PromptParts): ChatMessage[] {
  return [
    {role: "system", content: `${ROLE[choice.stage]}\n\n${FORM}`},
    {role: "user", content: [...taskSections(parts), ...choiceSections(choice, parts)].join("\n\n")},
  ];
}

const ROLE: Readonly<Record<Choice["stage"], string>> = {
  draft:
    "You solve a research engineering task with one program. Write a new solution: simple, complete, and different in kind from those already tried.",
  debug: "You repair a program that solves a research engineering task. Find the cause of what went wrong and remove it; keep the idea.",
  improve:
    "You improve a program that solves a research engineering task. Make one change, a single one that can be judged by its effect on the score, and leave the rest as it is.",
};

const FORM = `Answer with a plan of three to five sentences, then one fenced block (\`\`\`python) that holds the whole program, never a part of it or a change to it. Nothing comes after the block. You cannot run anything yourself and nobody answers questions.`;

function taskSections({instructions, overview, submission, remainingSeconds, runSeconds}: PromptParts): string[] {
  const use = submission.isCode
    ? `Your block becomes the file ${submission.codeFile} in the workspace, which is what is scored. It is also run once with python3, to see errors.`
    : `Your block is run with python3 in the workspace, as ${submission.codeFile}, and must make what is scored there: ${submission.files.join(", ")}. What earlier programs made of these is removed before.`;
  return [
    `# Task\n${instructions.trim()}`,
    `# Files at the beginning\n${overview.trim() || "(none)"}`,
    `# How your program is used\n${use} A run may take ${Math.floor(runSeconds)} seconds; ${Math.floor(remainingSeconds)} seconds are left for everything.`,
  ];
}

function choiceSections({stage, parent}: Choice, {nodes, direction}: PromptParts): string[] {
  const memory = stage === "debug" ? [] : [`# What was tried and worked\n${memoryOf(nodes, direction)}`];
  if (stage === "draft") return memory;
  const found =
    stage === "debug" ? `# What came of it\n${parent.output}\n${parent.summary}`.trim() : `# Its score\n${scoreOf(parent, direction)}`;
  return [...memory, `# The program\n${fenced(parent.code)}`, found];
}

/** Plans, results and scores of good nodes: the best ones, in the order in which they were made. */
function memoryOf(nodes: readonly AideNode[], direction: Direction): string {
  const sign = direction === "higher" ? -1 : 1;
  const good = nodes.filter(({isBuggy, isValid}) => isValid && !isBuggy);
  const best = [...good].sort((a, b) => sign * ((a.score ?? 0) - (b.score ?? 0)) || a.id - b.id).slice(0, MOST_REMEMBERED);
  if (best.length === 0) return "Nothing yet.";
  return best
    .sort((a, b) => a.id - b.id)
    .map((node) => `- ${node.plan.slice(0, 1000)}\n  Result: ${node.summary.slice(0, 500)}\n  ${scoreOf(node, direction)}`)
    .join("\n");
}

const scoreOf = ({score}: AideNode, direction: Direction): string =>
  score === null ? "Valid; scores are not shown." : `Score: ${formatScore(score)} (${direction} is better).`;

export type RunResult = {output: string; answer: ScoreAnswer};

/** Asks what came of a run. */
export const judgePrompt = (node: {plan: string; code: string}, {output, answer}: RunResult, parts: PromptParts): ChatMessage[] => [
  {
    role: "system",
    content: `You read what a program printed and say what came of it. Answer with one JSON object and nothing else: {"is_bug": true or false, "summary": "two or three sentences on what was found, or on the cause of the failure", "metric": the number that the program reached, or null}. is_bug is true where the run failed, or the program plainly does not do what it should.`,
  },
  {
    role: "user",
    content: [
      `# Task\n${parts.instructions.trim()}`,
      `# Plan\n${node.plan}`,
      `# Program\n${fenced(node.code)}`,
      `# What it printed\n${output}`,
      `# What the scorer says\n${describeScore(answer, parts)}`,
    ].join("\n\n"),
  },
];

const fenced = (code: string): string => `\`\`\`\`python\n${code.trimEnd()}\n\`\`\`\``;
