import {groupBy} from "./groupBy.js";
import {type AnalysisOptions, DEFAULT_OPTIONS, type Warning} from "./settings.js";

/** Options that some commands have no use for, each with the reason. */
export type Unused = Partial<
  Record<"resample" | "intervalMethod" | "resampleSize" | "correctSelection" | "common" | "allowSlices" | "threads", string>
>;

/** Only `analyze` shows corrected scores. */
export const UNCORRECTED: Unused = {correctSelection: "rebench analyze alone corrects for having picked an allocation"};

const PERCENTILES = "the intervals of differences are percentiles of their replicates";
export const DIFFERENCES: Unused = {intervalMethod: PERCENTILES, resampleSize: PERCENTILES, ...UNCORRECTED};

/** Tables of time limits look at longer attempts only where limits are asked for. */
export const slicesUnused = ({timeLimits, allowSlices}: Pick<AnalysisOptions, "allowSlices"> & {timeLimits: unknown}): Unused =>
  timeLimits === null && allowSlices === "all"
    ? {allowSlices: "without --time-limits attempts are listed at the limits that they were made at"}
    : {};

/**
 * The options with those that have no use at their defaults, so that settings claim nothing that was not done, and a warning where
 * another value was asked for.
 */
export function withoutUnused<Options extends AnalysisOptions>(options: Options, unused: Unused): {options: Options; warnings: Warning[]} {
  const names = Object.keys(unused) as (keyof Unused)[];
  const asked = names.filter((name) => options[name] !== DEFAULT_OPTIONS[name]);
  const used = Object.fromEntries(names.map((name) => [name, DEFAULT_OPTIONS[name]]));
  const warnings = [...groupBy(asked, (name) => unused[name]!)].flatMap(([because, own]) =>
    unusedWarnings(
      own.map((name) => flagText(name, options[name])),
      because,
    ),
  );
  return {options: {...options, ...used}, warnings};
}

/** What is said of options that were asked for in vain; nothing where there are none. */
export function unusedWarnings(flags: readonly string[], because: string): Warning[] {
  const message = `${flags.join(" and ")} ${flags.length === 1 ? "is" : "are"} not used here: ${because}`;
  return flags.length === 0 ? [] : [{code: "option-unused", agent: null, message}];
}

/** `--interval-method bca`, `--common`. */
const flagText = (name: string, value: unknown): string => {
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return value === true ? flag : `${flag} ${value}`;
};
