import {formatDuration} from "../duration.js";
import type {FigureContext} from "./figureContext.js";

// How numbers are written in captions, descriptions and what a reader is told at a mark.

/** A score with three decimals, with a true minus sign. */
export const scoreText = (score: number): string => score.toFixed(3).replace("-", "−");

/** A score with two decimals, where there is little room. */
export const twoDigits = (score: number): string => score.toFixed(2).replace("-", "−");

/** ` (0.62 to 0.99)`, or nothing without an interval. */
export const rangeText = (low: number | null, high: number | null): string =>
  low === null || high === null ? "" : ` (${twoDigits(low)} to ${twoDigits(high)})`;

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

/** `30-minute attempts`, `2-hour attempts`; other time limits as {@link formatDuration} has them. */
export function attemptsText(timeLimitSeconds: number): string {
  const [hours, minutes] = [timeLimitSeconds / 3600, timeLimitSeconds / 60];
  if (Number.isInteger(hours)) return `${hours}-hour attempts`;
  return minutes < 60 && Number.isInteger(minutes) ? `${minutes}-minute attempts` : `${formatDuration(timeLimitSeconds)} attempts`;
}

/** What a line at a percentile of people is called. */
export const peopleText = (percentile: number): string => `${percentile} % of people`;

/** Scores as they are drawn: a ten-thousandth is less than a pixel, and files are smaller. */
export const rounded = (score: number): number => Number(score.toFixed(4)) + 0;
