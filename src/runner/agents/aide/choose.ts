import type {AideNode} from "./aideState.js";

export type Direction = "lower" | "higher";

/** What is done next. */
export type Choice = {stage: "draft"; parent: null} | {stage: "debug" | "improve"; parent: AideNode};

export type Policy = {direction: Direction; drafts: number; random: () => number};

/** Longer chains of debugging are given up. */
const MOST_DEBUG_DEPTH = 3;

const DEBUG_PROBABILITY = 0.5;

/**
 * The policy of the tree. Fewer than `drafts` drafts: another draft. Else with probability ½ a random buggy leaf of debug depth ≤ 3 is
 * debugged; else, and where there is no such leaf, the best valid node is improved; where there is none either, another draft.
 *
 * Takes one random number, and one more where it debugs.
 */
export function choose(nodes: readonly AideNode[], {direction, drafts, random}: Policy): Choice {
  if (nodes.filter(({stage}) => stage === "draft").length < drafts) return {stage: "draft", parent: null};
  if (random() < DEBUG_PROBABILITY) {
    const leaves = debuggable(nodes);
    const leaf = leaves[Math.floor(random() * leaves.length)];
    if (leaf !== undefined) return {stage: "debug", parent: leaf};
  }
  const best = bestNode(
    nodes.filter(({isBuggy}) => !isBuggy),
    direction,
  );
  return best === null ? {stage: "draft", parent: null} : {stage: "improve", parent: best};
}

function debuggable(nodes: readonly AideNode[]): AideNode[] {
  const parents = new Set(nodes.map(({parent}) => parent));
  return nodes.filter(({id, isBuggy, code, debugDepth}) => isBuggy && code !== "" && !parents.has(id) && debugDepth <= MOST_DEBUG_DEPTH);
}

/** The valid node with the best score, the first of equals. Where no scores are shown, the last valid node: it has seen the most. */
export function bestNode(nodes: readonly AideNode[], direction: Direction): AideNode | null {
  const valid = nodes.filter(({isValid}) => isValid);
  const scored = valid.filter(({score}) => score !== null);
  if (scored.length === 0) return valid.at(-1) ?? null;
  return scored.reduce((best, node) => (isBetter(node.score!, best.score!, direction) ? node : best));
}

const isBetter = (a: number, b: number, direction: Direction): boolean => (direction === "higher" ? a > b : a < b);
