import {tokenSpeed} from "../../analysis/tokenSpeed.js";
import {tokenSpeed as draw} from "../../figure/tokenSpeed.js";
import type {FigureEntry} from "../figureEntry.js";

export const tokenSpeedEntry: FigureEntry = {
  name: "token-speed",
  paperFigures: "12",
  title: "Speed of output, and time spent generating",
  needs: "agents' attempts with output tokens and generating time",
  async data(source, options) {
    const {rows, settings, warnings, reason} = await tokenSpeed(source, options);
    return {rows, settings, warnings, reason, draw: (context) => draw(rows, context)};
  },
};
