import type {Context} from "./context.js";
import type {AnalysisOptions} from "./settings.js";

/** Options that decide which environments and which clock count, for settings of tables that estimate nothing. */
export const scopeSettings = ({commonEnvironments}: Context, {requireAll, common, clock}: AnalysisOptions) => ({
  requireAll,
  common,
  commonEnvironments,
  clock,
});
