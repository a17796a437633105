import {rawHistory} from "../../analysis/rawHistory.js";
import {rawHistory as draw} from "../../figure/rawHistory.js";
import type {FigureEntry} from "../figureEntry.js";
import {tagged} from "./tagged.js";

export const rawHistoryEntry: FigureEntry = {
  name: "raw-history",
  paperFigures: null,
  title: "Raw scores over time in natural units",
  needs: "attempts with score logs whose scores were not normalized by their source",
  async data(source, options) {
    const {rows, environments, settings, warnings, reason} = await rawHistory(source, options);
    return {
      rows: tagged({environments, attempts: rows}),
      settings,
      warnings,
      reason,
      draw: (context) => draw({rows, environments}, context),
    };
  },
};
