import {progressByEnvironment} from "../../analysis/progressByEnvironment.js";
import {progressByEnvironment as draw} from "../../figure/progressByEnvironment.js";
import type {FigureEntry} from "../figureEntry.js";
import {environmentTitles} from "./environmentTitles.js";
import {tagged} from "./tagged.js";

export const progressByEnvironmentEntry: FigureEntry = {
  name: "progress-by-environment",
  paperFigures: "45–51",
  title: "Score over time by environment",
  needs: "8-hour attempts with score logs",
  async data(source, options) {
    const {
      runs,
      means: all,
      settings,
      warnings,
      reason,
    } = await progressByEnvironment(source, {...options, everyAgent: options.agents !== null});
    const titleOf = await environmentTitles(source);
    const means = all.map((row) => ({...row, title: titleOf(row.environment)}));
    return {rows: tagged({means, runs}), settings, warnings, reason, draw: (context) => draw({runs, means}, context)};
  },
};
