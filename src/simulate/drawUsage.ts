import type {Random} from "../random.js";
import type {Attempt} from "../record/attempt.js";
import {between, chance, lognormal, rounded} from "./distributions.js";

/** Mean tokens per working hour: 29 M in and 499 k out in 8 hours (arXiv 2411.15114). */
const INPUT_PER_HOUR = 29e6 / 8;
const OUTPUT_PER_HOUR = 499e3 / 8;
/** An invented price list under which these cost the published $123. */
const USD_PER_MILLION = {input: 4, output: 14};
const SPREAD = 0.3;
const MEDIAN_TOKENS_PER_SECOND = 45;

type Usage = Pick<Attempt, "tokenUsage" | "generatingSeconds" | "actualCostUsd" | "nominalCostUsd">;

/**
 * Tokens, generating time and cost of an agent's attempt. Tokens are lognormal around the published mean per hour (spread 0.3);
 * in one attempt of five a tenth at most came from a cache of answers and was not paid.
 */
export function drawUsage(modelName: string, workingSeconds: number, random: Random): Usage {
  const hours = workingSeconds / 3600;
  const median = Math.exp(-(SPREAD ** 2) / 2); // of a lognormal with mean 1
  const input = Math.round(INPUT_PER_HOUR * hours * lognormal(random, median, SPREAD));
  const output = Math.round(OUTPUT_PER_HOUR * hours * lognormal(random, median, SPREAD));
  const tokensPerSecond = lognormal(random, MEDIAN_TOKENS_PER_SECOND, 0.2);
  const nominalCostUsd = (input * USD_PER_MILLION.input + output * USD_PER_MILLION.output) / 1e6;
  const paid = chance(random, 0.2) ? between(random, 0.9, 1) : 1;
  return {
    tokenUsage: [{model: modelName, input, output, cacheRead: 0, cacheWrite: 0, reasoning: null}],
    generatingSeconds: rounded(Math.min(output / tokensPerSecond, 0.95 * workingSeconds), 1),
    actualCostUsd: rounded(nominalCostUsd * paid, 4),
    nominalCostUsd: rounded(nominalCostUsd, 4),
  };
}
