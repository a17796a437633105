import {humanProgress} from "../../analysis/humanProgress.js";
import {humanProgress as draw} from "../../figure/humanProgress.js";
import type {FigureEntry} from "../figureEntry.js";

export const humanProgressEntry: FigureEntry = {
  name: "human-progress",
  paperFigures: "4",
  title: "People's score over the time they worked",
  needs: "8-hour attempts by people with score logs",
  async data(source, options) {
    const {rows, settings, warnings, reason} = await humanProgress(source, options);
    return {rows, settings, warnings, reason, draw: (context) => draw(rows, context)};
  },
};
