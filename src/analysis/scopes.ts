import {chosenCoverage} from "./candidates.js";
import type {CellOptions} from "./cell.js";
import type {RowCoverage} from "./context.js";
import {groupBy} from "./groupBy.js";
import type {Scope} from "./headlines.js";
import type {Series} from "./series.js";
import type {AnalysisOptions} from "./settings.js";

/**
 * What each budget is compared over: the environments that the row with the widest coverage has; of equally wide sets that
 * of most participants, then the first by name. Empty where nobody has a score.
 */
export function scopesOf(
  series: readonly Series[],
  budgets: readonly number[],
  options: AnalysisOptions,
  cellOptions: CellOptions,
): Scope[] {
  const rows = series.flatMap((each) => chosenCoverage(each, budgets, options, cellOptions));
  return budgets.map((timeBudgetSeconds) => {
    const own = rows.filter((row) => row.timeBudgetSeconds === timeBudgetSeconds);
    const sets = [...groupBy(own, ({environments}) => environments.join(" ")).values()];
    const [widest] = sets.sort((a, b) => width(b) - width(a) || b.length - a.length || (nameOf(a) < nameOf(b) ? -1 : 1));
    return {timeBudgetSeconds, environments: widest?.[0]?.environments ?? []};
  });
}

const width = (rows: readonly RowCoverage[]) => rows[0]!.environments.length;
const nameOf = (rows: readonly RowCoverage[]) => rows[0]!.environments.join(" ");
