import {type Allocation, type SlicePolicy, slicedAllocations} from "../score/allocations.js";
import {limitsOf, type Series} from "./series.js";

/**
 * The time limits that a series is shown at, with k = 1: those asked for, or where none were, all at which it has attempts.
 * A limit that none were made at is seen in the score logs of longer attempts.
 */
export function limitViews(
  series: Pick<Series, "attempts">,
  {timeLimits, allowSlices}: {timeLimits: readonly number[] | null; allowSlices: SlicePolicy},
): Allocation[] {
  const limits = limitsOf(series);
  return (timeLimits ?? limits.native).flatMap((timeLimitSeconds) => {
    const made = {timeLimitSeconds, k: 1, slicedFromSeconds: null};
    const slices = timeLimits === null ? [] : slicedAllocations(timeLimitSeconds, limits, allowSlices);
    return limits.native.includes(timeLimitSeconds) || slices.length === 0 ? [made, ...slices] : slices;
  });
}
