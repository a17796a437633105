import {environmentBests} from "../../analysis/environmentBests.js";
import {environments} from "../../figure/environments.js";
import type {FigureEntry} from "../figureEntry.js";
import {environmentTitles} from "./environmentTitles.js";

export const environmentsEntry: FigureEntry = {
  name: "environments",
  paperFigures: "9",
  title: "Best scores by environment",
  needs: "attempts at time limits that fit a budget",
  async data(source, options) {
    const {rows: all, settings, warnings, reason} = await environmentBests(source, options);
    const titleOf = await environmentTitles(source);
    const rows = all.map((row) => ({...row, title: row.environment === null ? "Mean of environments" : titleOf(row.environment)}));
    return {rows, settings, warnings, reason, draw: (context) => environments(rows, context)};
  },
};
