import type {Theme} from "../theme/theme.js";

/** The theme as Vega-Lite's config. Vega drops and moves text on its own unless told not to. */
export const themeConfig = (theme: Theme) => ({
  font: theme.fontFamily,
  view: {stroke: null},
  axis: {
    aria: false,
    labelFontSize: theme.labelSize,
    labelColor: theme.mutedText,
    labelFontWeight: 400,
    labelPadding: 3,
    labelOverlap: false,
    labelFlush: false,
    labelBound: false,
    labelLimit: 0,
    titleLimit: 0,
    title: null,
    gridColor: theme.grid,
    gridWidth: 0.5,
    domainColor: theme.axis,
    domainWidth: 0.75,
    tickColor: theme.axis,
    tickWidth: 0.75,
    tickSize: 3,
  },
  axisX: {grid: false},
  axisY: {domain: false, ticks: false},
  text: {fontWeight: 400, limit: 0},
});
