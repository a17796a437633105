import type {CurveRow} from "../analysis/compareCurves.js";
import type {Crossover} from "../analysis/curveCrossover.js";
import {durationText, numberText, signedText} from "./formatValue.js";

type Scored = {
  score: number | null;
  low: number | null;
  high: number | null;
  degenerate: boolean;
  allocation: string | null;
  environmentCount: number;
  environmentTotal: number;
};

/** `0.62 (0.54 to 0.74; 8h@1)`, with the environments covered where these are not all; null where there is no score. */
export function scoreSummary(row: Scored, digits: number): string | null {
  const {score, low, high, degenerate, allocation, environmentCount, environmentTotal} = row;
  if (score === null) return null;
  const interval = degenerate
    ? "all equal"
    : low === null || high === null
      ? "no interval"
      : `${numberText(low, digits)} to ${numberText(high, digits)}`;
  const partial = environmentCount < environmentTotal ? `; ${environmentCount} of ${environmentTotal} environments` : "";
  return `${numberText(score, digits)} (${interval}; ${allocation}${partial})`;
}

/** `−0.09 (−0.20 to +0.00)`; null where there is no difference. */
export function differenceSummary({difference, low, high}: Pick<CurveRow, "difference" | "low" | "high">, digits: number): string | null {
  if (difference === null) return null;
  const interval = low === null || high === null ? "no interval" : `${signedText(low, digits)} to ${signedText(high, digits)}`;
  return `${signedText(difference, digits)} (${interval})`;
}

/** `from A to human at 6h28m (5h24m to 8h3m)`; null where the lead does not pass. */
export function crossoverSummary({budgetSeconds, from, to, low, high}: Crossover): string | null {
  if (budgetSeconds === null) return null;
  const interval = low === null || high === null ? "no interval" : `${endText(low)} to ${endText(high)}`;
  return `from ${from} to ${to} at ${durationText(budgetSeconds)} (${interval})`;
}

/** An end of the interval of a crossover: `10h20m`, `< 8h`, `> 32h`. */
export const endText = ({bound, budgetSeconds}: NonNullable<Crossover["low"]>): string =>
  `${bound === "at" ? "" : bound === "below" ? "< " : "> "}${durationText(budgetSeconds)}`;
