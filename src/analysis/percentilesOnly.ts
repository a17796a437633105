import type {AnalysisOptions, Warning} from "./settings.js";

/** The options of an analysis whose intervals are percentiles of its replicates, and a warning where others were asked for. */
export function percentilesOnly<Options extends AnalysisOptions>(options: Options): {options: Options; warnings: Warning[]} {
  const {intervalMethod} = options;
  const message = `--interval-method ${intervalMethod} is not used here: the intervals of differences are percentiles of their replicates`;
  return {
    options: {...options, intervalMethod: "percentile"},
    warnings: intervalMethod === "percentile" ? [] : [{code: "interval-method-unused", agent: null, message}],
  };
}
