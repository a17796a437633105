import type {FigureContext} from "./figureContext.js";

// How numbers are written in captions, descriptions and what a reader is told at a mark.

/** A score with three decimals, with a true minus sign. */
export const scoreText = (score: number): string => score.toFixed(3).replace("-", "−");

/** ` (0.62 to 0.99)`, or nothing without an interval. */
export const rangeText = (low: number | null, high: number | null): string =>
  low === null || high === null ? "" : ` (${low.toFixed(2).replace("-", "−")} to ${high.toFixed(2).replace("-", "−")})`;

/** A share in whole percent, but 0 and 100 only where it is that. */
export function percentText(share: number): string {
  const percent = Math.round(share * 100);
  if (percent === 0 && share > 0) return "under 1 %";
  return percent === 100 && share < 1 ? "over 99 %" : `${percent} %`;
}

/** `95 % intervals`. */
export const intervalText = ({intervalLevel}: Pick<FigureContext, "intervalLevel">): string =>
  `${Number((intervalLevel * 100).toFixed(4))} % intervals`;

/** `all 7 environments`, `4 of 7 environments`. */
export const coverageText = ({environmentCount, environmentTotal}: {environmentCount: number; environmentTotal: number}): string =>
  environmentCount === environmentTotal
    ? `all ${environmentTotal} environments`
    : `${environmentCount} of ${environmentTotal} environments`;
