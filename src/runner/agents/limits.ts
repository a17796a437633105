import type {Progress} from "./agent.js";

/** The shares of time, tokens and cost used, the largest of them first; 1 is all. Limits that are not set count as unused. */
export function usedShare(progress: Progress): {share: number; of: "time" | "tokens" | "cost"} {
  const {workingSeconds, timeLimitSeconds, costUsd, costLimitUsd} = progress;
  const shares = [
    {share: workingSeconds / timeLimitSeconds, of: "time" as const},
    {share: usedTokenShare(progress), of: "tokens" as const},
    {share: costLimitUsd === null ? 0 : costUsd / costLimitUsd, of: "cost" as const},
  ];
  return shares.reduce((most, one) => (one.share > most.share ? one : most));
}

export const usedTokenShare = ({tokens, tokenLimit}: Progress): number => (tokenLimit === null ? 0 : tokens / tokenLimit);

/** Whole percent, rounded down: 100 is said when all is used. */
export const percent = (share: number): string => `${Math.max(0, Math.floor(100 * share))} %`;
