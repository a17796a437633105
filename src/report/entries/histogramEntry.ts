import {scoreHistogram} from "../../analysis/scoreHistogram.js";
import {histogram} from "../../figure/histogram.js";
import type {FigureEntry} from "../figureEntry.js";
import {environmentTitles} from "./environmentTitles.js";

export const histogramEntry: FigureEntry = {
  name: "histogram",
  paperFigures: "24–30",
  title: "Scores of single attempts by environment",
  needs: "attempts at time limits that fit a budget",
  async data(source, options) {
    const {rows: all, settings, warnings, reason} = await scoreHistogram(source, options);
    const titleOf = await environmentTitles(source);
    const rows = all.map((row) => ({...row, title: titleOf(row.environment)}));
    return {rows, settings, warnings, reason, draw: (context) => histogram(rows, context)};
  },
};
