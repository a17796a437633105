import type {GatewayCall} from "./lineOptions.js";
import {type Meter, tokensOf} from "./meter.js";
import type {TokenCounts} from "./wires/wire.js";

/** About four characters a token: good enough to guard limits with, where a provider's count is not there. */
const CHARACTERS_PER_TOKEN = 4;

/** @returns Tokens that a text of so many characters is likely to be. */
export const tokensIn = (characters: number): number => Math.ceil(characters / CHARACTERS_PER_TOKEN);

type Facts = Omit<GatewayCall, "usage" | "costUsd" | "chargedTokens" | "chargedUsd"> & {counts: TokenCounts};

/** A call with its price. Where a count is missing, what it is charged for is guessed from the texts; tokens and cost are not. */
export function callRecord({counts, ...facts}: Facts, meter: Meter): GatewayCall {
  const costUsd = meter.price(facts.model, counts);
  const call = {...facts, usage: {model: facts.model, ...counts}, costUsd};
  if (facts.usageKnown) return {...call, chargedTokens: tokensOf(counts), chargedUsd: costUsd ?? 0};
  const guessed = {
    ...counts,
    input: counts.input ?? tokensIn(facts.requestBytes),
    output: counts.output ?? tokensIn(facts.response.length),
  };
  return {...call, chargedTokens: tokensOf(guessed), chargedUsd: meter.price(facts.model, guessed) ?? 0};
}
