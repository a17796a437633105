import {IndexSlots} from "./indexStream.js";

/** The distinct scores of an environment, best first, and where each attempt stands among them. */
export type RankedScores = {
  /** Attempts. */
  n: number;
  /** Distinct scores, descending. */
  distinct: Float64Array;
  /** How far each distinct score lies above the next; one fewer than there are. */
  gaps: Float64Array;
  /** For each attempt, in the order given, the place of its score in `distinct`. */
  slots: Int32Array;
  /** The same, ready for drawing. */
  index: IndexSlots;
  /** Attempts with each distinct score. */
  counts: Int32Array;
};

/** @param scores At least one. */
export function rankedScores(scores: ArrayLike<number>): RankedScores {
  const distinct = [...new Set(Array.from(scores, (score) => score + 0))].sort((a, b) => b - a); // + 0: −0 is 0
  const slotOf = new Map(distinct.map((score, slot) => [score, slot]));
  const slots = Int32Array.from(Array.from(scores), (score) => slotOf.get(score)!);
  const counts = new Int32Array(distinct.length);
  for (const slot of slots) ++counts[slot]!;
  const gaps = Float64Array.from(distinct.slice(1), (score, i) => distinct[i]! - score);
  return {n: slots.length, distinct: Float64Array.from(distinct), gaps, slots, index: new IndexSlots(slots, distinct.length), counts};
}
