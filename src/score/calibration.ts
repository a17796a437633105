import type {Part} from "./aggregate.js";
import type {IntervalMethod} from "./interval.js";
import type {ResamplingScheme} from "./resample/job.js";
import type {Estimator} from "./scoreAtK.js";
export function isCalibrated(
  _parts: readonly Part[],
  _: {method: IntervalMethod; scheme: ResamplingScheme; estimator: Estimator},
): boolean {
  return true;
}
