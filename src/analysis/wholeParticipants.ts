import type {AnalysisOptions, Warning} from "./settings.js";
import {unusedWarnings} from "./unusedOptions.js";

/** The options without a breakdown, with a warning where one was asked for: what is shown has one line for each participant. */
export function wholeParticipants<Options extends AnalysisOptions>(asked: Options): {options: Options; warnings: Warning[]} {
  const {by} = asked;
  const warnings = by === null ? [] : unusedWarnings([`--by ${by}`], "participants are shown whole");
  return {options: {...asked, by: null}, warnings};
}
