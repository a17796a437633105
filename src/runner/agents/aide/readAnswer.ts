import * as z from "zod";
import {fencedBlocks} from "../fencedBlocks.js";

/** A plan in words and one block of code. */
export type Solution = {plan: string; code: string};

/** The longest block of code in an answer, and the words before it; null where there is none. A block that was cut off is none. */
export function readSolution(answer: string, isCut: boolean): Solution | null {
  const blocks = fencedBlocks(answer).filter(({body, isClosed}) => body.trim() !== "" && (isClosed || !isCut));
  if (blocks.length === 0) return null;
  const {body, line} = blocks.reduce((longest, block) => (block.body.length > longest.body.length ? block : longest));
  const plan = answer.split(/\r?\n/).slice(0, line);
  return {plan: plan.join("\n").trim(), code: `${body}\n`};
}

/** What a model thinks came of a run. Its metric is kept for reading; nothing is decided by it. */
export type Judgement = {isBug: boolean; summary: string; metric: number | null};

const judgementSchema = z.object({
  is_bug: z.boolean(),
  summary: z.string().catch(""),
  metric: z.number().nullable().catch(null),
});

/** The most text that an answer is searched for: nobody needs more for three entries. */
const MOST_CHARACTERS = 50_000;

/** The first JSON object in an answer that has `is_bug`; null where there is none. */
export function readJudgement(answer: string): Judgement | null {
  const text = answer.slice(0, MOST_CHARACTERS);
  const ends = [...text.matchAll(/\}/g)].map(({index}) => index + 1).slice(-MOST_TRIES);
  const begins = [...text.matchAll(/\{/g)].map(({index}) => index).slice(0, MOST_TRIES);
  for (const begin of begins) {
    for (const end of ends) {
      const found = end > begin ? parse(text.slice(begin, end)) : null;
      if (found !== null) return found;
    }
  }
  return null;
}

/** Braces tried at either end. */
const MOST_TRIES = 20;

function parse(text: string): Judgement | null {
  try {
    const result = judgementSchema.safeParse(JSON.parse(text));
    if (!result.success) return null;
    const {is_bug: isBug, summary, metric} = result.data;
    return {isBug, summary, metric};
  } catch {
    return null; // not JSON
  }
}
