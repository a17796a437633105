import {RebenchError} from "../errors.js";
import type {AnalysisOptions} from "./settings.js";

/** @throws RebenchError `usage` for choices that exclude each other. */
export function checkEstimation({intervalMethod, resample, estimator, resampleSize, correctSelection, bootstrap}: AnalysisOptions): void {
  const refuse = (problem: string, hint: string) => new RebenchError("usage", {problem, hint});
  const isOfAttempts = intervalMethod === "normal" || intervalMethod === "m-out-of-n";
  if (isOfAttempts && resample !== "attempts") {
    throw refuse(
      `--interval-method ${intervalMethod} goes with --resample attempts only, not with ${resample}`,
      "Choose --interval-method percentile, bca or studentized.",
    );
  }
  if (intervalMethod === "m-out-of-n" && estimator !== "with-replacement") {
    throw refuse(
      "--interval-method m-out-of-n goes with --estimator with-replacement only: score@k without replacement of m attempts is another quantity than of n",
      "Add --estimator with-replacement, or choose another method.",
    );
  }
  if (resampleSize !== null && intervalMethod !== "m-out-of-n") {
    throw refuse(
      `--resample-size ${resampleSize} goes with --interval-method m-out-of-n only, not with ${intervalMethod}`,
      "Leave it out.",
    );
  }
  if (correctSelection && (resample !== "attempts" || intervalMethod === "m-out-of-n" || bootstrap === 0)) {
    throw refuse(
      "--correct-selection needs bootstrap replicates of attempts, n of n, since it scores the attempts that each one leaves out",
      "Leave out --resample, --interval-method m-out-of-n and --bootstrap 0.",
    );
  }
}
