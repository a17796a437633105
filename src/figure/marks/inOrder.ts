import type {Participant} from "../figureContext.js";

/** Compares participants the way keys list them: agents by name, then people. */
export function inOrder(a: Participant, b: Participant): number {
  const [left, right] = [a, b].map(({agent, kind}) => (kind === "human" ? "1" : "0") + agent) as [string, string];
  return left < right ? -1 : left > right ? 1 : 0;
}
