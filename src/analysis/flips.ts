import type {Difference, Headline} from "./headlines.js";

/**
 * What a variation does to the conclusions of a budget.
 *
 * - `leader`: somebody else leads, or nobody does any more.
 * - `lead-interval`: the interval of the lead crosses 0 where it did not, or the reverse.
 * - `agents-or-people`: the other of the best agent and people is ahead.
 * - `agents-or-people-interval`: the same of the interval of that difference.
 * - `lost`: a difference can no longer be given.
 * - `found`: one can be given that could not.
 */
export type Flip = "leader" | "lead-interval" | "agents-or-people" | "agents-or-people-interval" | "lost" | "found";

/** Everything that a headline says otherwise than the base does; differences that one of them lacks are `lost` or `found`. */
export function flipsOf(base: Headline, varied: Headline): Flip[] {
  const flips: Flip[] = [];
  const leads = [base.lead, varied.lead] as const;
  const against = [base.againstPeople, varied.againstPeople] as const;
  if (bothGiven(leads) && base.leader !== varied.leader) flips.push("leader");
  if (intervalFlips(leads)) flips.push("lead-interval");
  if (bothGiven(against) && Math.sign(against[0]!.difference!) !== Math.sign(against[1]!.difference!)) flips.push("agents-or-people");
  if (intervalFlips(against)) flips.push("agents-or-people-interval");
  const changes = [leads, against].map(([before, after]) => Number(isGiven(after)) - Number(isGiven(before)));
  if (changes.includes(-1)) flips.push("lost");
  if (changes.includes(1)) flips.push("found");
  return flips;
}

/** Whether the conclusion itself is another one, not merely one that cannot be drawn. */
export const isConclusion = (flip: Flip): boolean => flip !== "lost" && flip !== "found";

type Pair = readonly [Difference | null, Difference | null];

const isGiven = (difference: Difference | null) => difference !== null && difference.difference !== null;
const bothGiven = ([a, b]: Pair) => isGiven(a) && isGiven(b);

function intervalFlips([a, b]: Pair): boolean {
  const [before, after] = [a, b].map(crossesZero);
  return before !== null && after !== null && before !== after;
}

/** Whether an interval holds 0; null where there is no interval. */
export function crossesZero(difference: Difference | null): boolean | null {
  if (difference === null || difference.low === null || difference.high === null) return null;
  return difference.low <= 0 && difference.high >= 0;
}
