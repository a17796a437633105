import type {ConstantsInForce} from "./constantsInForce.js";
import type {Context} from "./context.js";
import type {AnalysisOptions} from "./settings.js";

/** Every choice behind the numbers, so that two people get the same ones. */
export type Settings = Omit<AnalysisOptions, "constants"> & {
  toolVersion: string;
  store: string;
  /** Options of the command itself. */
  command: Record<string, unknown>;
  resampling: "attempts within environments";
  intervalMethod: "percentile, linear interpolation";
  aggregate: "unweighted mean over environments";
  hiddenScores: "mean of all attempts at any k";
  lateTolerance: number;
  /** Environments that `--common` leaves. */
  commonEnvironments: string[] | null;
  constantsAskedFor: Record<string, string>;
  constants: ConstantsInForce[];
  attempts: number;
};

export function settingsOf({source, selected, common}: Context, options: AnalysisOptions, command: Record<string, unknown>): Settings {
  const {
    agents,
    environments,
    tier,
    flagged,
    errors,
    requireAll,
    by,
    estimator,
    floor,
    tooFew,
    allowSlices,
    clock,
    bootstrap,
    seed,
    interval,
  } = options;
  return {
    toolVersion: source.toolVersion,
    store: source.storeName,
    command,
    agents,
    environments,
    tier,
    flagged,
    errors,
    requireAll,
    common: options.common,
    commonEnvironments: common(),
    by,
    estimator,
    floor,
    tooFew,
    allowSlices,
    clock,
    bootstrap,
    seed,
    interval,
    resampling: "attempts within environments",
    intervalMethod: "percentile, linear interpolation",
    aggregate: "unweighted mean over environments",
    hiddenScores: "mean of all attempts at any k",
    lateTolerance: 0.01,
    constantsAskedFor: options.constants,
    constants: selected.constants,
    attempts: selected.attempts.length,
  };
}
