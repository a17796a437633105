import {competingAllocations} from "../score/allocations.js";
import {selectionCorrected} from "../score/selectionCorrected.js";
import type {CorrectedScore} from "./budgetRow.js";
import type {Estimate} from "./estimates.js";
import type {ScoreRow} from "./scoreRows.js";
import type {Series} from "./series.js";
import type {AnalysisOptions, Warning} from "./settings.js";

/** A candidate for a budget, with its replicates. */
export type CompetingRow = ScoreRow & {estimate: Estimate};

/** The score of the allocation that the selection picks, without the optimism of picking. @param own The candidates of a budget. */
export function correctedScore({partOf}: Series, own: readonly CompetingRow[], {interval}: AnalysisOptions): CorrectedScore {
  const none = (reason: string) => ({
    score: null,
    low: null,
    high: null,
    correction: null,
    leftOutShare: null,
    bestLeftOutShare: null,
    reason,
  });
  if (partOf !== null) return none("a part of a participant takes the allocation that all its environments choose");
  const competing = competingAllocations(own).flatMap((row) => ("reason" in row.estimate ? [] : [{row, ...row.estimate}]));
  const [only, ...others] = competing;
  if (only !== undefined && others.length === 0) {
    const {score, low, high, reason} = only.row;
    return {score, low, high, correction: "one-candidate", leftOutShare: null, bestLeftOutShare: null, reason};
  }
  const single = competing.flatMap(({parts}) => parts.filter(({scores}) => scores.length === 1).map(({environment}) => environment));
  if (single.length > 0) return none(`not corrected: one attempt only in ${[...new Set(single)].join(", ")}`);
  return selectionCorrected(
    competing.map(({score, draws}) => ({score, values: draws.values, leftOut: draws.leftOut!})),
    interval,
  );
}

/** What a corrected score says less than it seems to. */
export function correctionWarnings(
  {agent}: Series,
  {score, bootstrapBias}: CompetingRow,
  corrected: CorrectedScore | null,
  where: string,
): Warning[] {
  const warning = (why: string): Warning[] => [{code: "correction", agent, message: `${agent} at ${where}: ${why}`}];
  if (corrected?.correction === "fall-back" && corrected.score! > score!) {
    const bias = bootstrapBias === null ? "" : `, by ${(-bootstrapBias).toFixed(3)} for this allocation`;
    return warning(
      `the fall-back raises the score: at k near n resamples lack the best attempts${bias}, more than picking the best flatters`,
    );
  }
  if (corrected?.correction === "left-out" && corrected.bestLeftOutShare! < 0.5) {
    const share = `${(100 * corrected.bestLeftOutShare!).toFixed(0)} %`;
    return warning(
      `attempts left out are enough for this allocation in ${share} of replicates only: the corrected score is mostly that of others`,
    );
  }
  return [];
}
