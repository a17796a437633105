import {humanPercentiles} from "../../analysis/humanPercentiles.js";
import type {ScoreRow} from "../../analysis/scoreRows.js";
import {scoreAtK} from "../../figure/scoreAtK.js";
import type {FigureEntry} from "../figureEntry.js";
import {tagged} from "./tagged.js";

export const scoreAtKEntry: FigureEntry = {
  name: "score-at-k",
  paperFigures: "7, 8",
  title: "Best of k attempts",
  needs: "agents' attempts at a time limit, two or more in each environment",
  async data(source, options, shared) {
    const {rows: all, settings, warnings} = await shared.scoreAtK(null);
    const rows = all.map(scoreAtKRow).filter(({kind, score}) => kind === "agent" && score !== null);
    const {rows: percentiles} = await humanPercentiles(source, options);
    const people = percentiles.filter(({environment}) => environment === null);
    const reason = rows.length > 0 ? null : NOTHING;
    return {rows: tagged({agents: rows, people}), settings, warnings, reason, draw: (context) => scoreAtK({rows, people}, context)};
  },
};

export const NOTHING = "no agent has a score at any time limit";

/** The fields of an analysis' row that score@k plots draw. */
export function scoreAtKRow(row: ScoreRow) {
  const {agent, kind, environment, timeLimitSeconds, k, score, low, high} = row;
  const {attempts, environmentCount, environmentTotal, calibrated, reason} = row;
  return {
    agent,
    kind,
    environment,
    timeLimitSeconds,
    k,
    score,
    low,
    high,
    attempts,
    environmentCount,
    environmentTotal,
    calibrated,
    reason,
  };
}
