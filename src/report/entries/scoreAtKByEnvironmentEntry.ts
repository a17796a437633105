import {humanPercentiles} from "../../analysis/humanPercentiles.js";
import {scoreAtKByEnvironment} from "../../figure/scoreAtKByEnvironment.js";
import type {FigureEntry} from "../figureEntry.js";
import {environmentTitles} from "./environmentTitles.js";
import {NOTHING, scoreAtKRow} from "./scoreAtKEntry.js";
import {tagged} from "./tagged.js";

export const scoreAtKByEnvironmentEntry: FigureEntry = {
  name: "score-at-k-by-environment",
  paperFigures: "31–44",
  title: "Best of k attempts by environment",
  needs: "agents' attempts at a time limit",
  async data(source, options, shared) {
    const {rows: all, settings, warnings} = await shared.scoreAtK("environment");
    const titleOf = await environmentTitles(source);
    const titled = <T extends {environment: string | null}>(row: T) => ({
      ...row,
      environment: row.environment!,
      title: titleOf(row.environment!),
    });
    const rows = all
      .map(scoreAtKRow)
      .filter(({kind, score}) => kind === "agent" && score !== null)
      .map(titled);
    const {rows: percentiles} = await humanPercentiles(source, options);
    const people = percentiles.filter(({environment}) => environment !== null).map(titled);
    const reason = rows.length > 0 ? null : NOTHING;
    return {
      rows: tagged({agents: rows, people}),
      settings,
      warnings,
      reason,
      draw: (context) => scoreAtKByEnvironment({rows, people}, context),
    };
  },
};
