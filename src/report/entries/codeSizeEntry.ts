import {CODE_SIZE_BUDGET_SECONDS, codeSize} from "../../analysis/codeSize.js";
import {codeSize as draw} from "../../figure/codeSize.js";
import type {FigureEntry} from "../figureEntry.js";
import {tagged} from "./tagged.js";

export const codeSizeEntry: FigureEntry = {
  name: "code-size",
  paperFigures: "10",
  title: "Size of the reference solution and people's lead",
  needs: "scores of people and of an agent at 8 hours, in environments that say how long their reference is",
  async data(source, options) {
    const {rows, fit, settings, warnings, reason} = await codeSize(source, options);
    const data = {rows, fit, budgetSeconds: CODE_SIZE_BUDGET_SECONDS};
    return {
      rows: tagged({environments: rows, fit: fit === null ? [] : [fit]}),
      settings,
      warnings,
      reason,
      draw: (context) => draw(data, context),
    };
  },
};
