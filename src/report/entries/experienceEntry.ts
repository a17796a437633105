import {experience} from "../../analysis/experience.js";
import {experience as draw} from "../../figure/experience.js";
import type {FigureEntry} from "../figureEntry.js";
import {tagged} from "./tagged.js";

export const experienceEntry: FigureEntry = {
  name: "experience",
  paperFigures: "23",
  title: "Experience by score",
  needs: "attempts by people whose years of experience are recorded",
  async data(source, options) {
    const {rows, points, settings, warnings, reason} = await experience(source, options);
    return {
      rows: tagged({quintiles: rows, attempts: points}),
      settings,
      warnings,
      reason,
      draw: (context) => draw({rows, points}, context),
    };
  },
};
