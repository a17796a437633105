import type {Part} from "./aggregate.js";
import type {IntervalMethod} from "./interval.js";
import type {ResamplingScheme} from "./resample/job.js";
import type {Estimator} from "./scoreAtK.js";

export type Kind = {method: IntervalMethod; scheme: ResamplingScheme};

export function isCalibrated(_parts: readonly Part[], _: Kind & {estimator: Estimator}): boolean {
  return true;
}

export const uncalibratedBecause = (_: Kind): string => "";
