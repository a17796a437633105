import {progressCurves} from "../../analysis/progressCurves.js";
import {type ProgressFigureRow, progress} from "../../figure/progress.js";
import type {FigureEntry} from "../figureEntry.js";

export const progressEntry: FigureEntry = {
  name: "progress",
  paperFigures: "5",
  title: "Score over time in 8-hour attempts",
  needs: "8-hour attempts with score logs",
  async data(source, options) {
    const {rows, settings, warnings, reason} = await progressCurves(source, {...options, everyAgent: options.agents !== null});
    const scored = rows.filter((row): row is typeof row & ProgressFigureRow => row.score !== null);
    return {rows, settings, warnings, reason, draw: (context) => progress(scored, context)};
  },
};
