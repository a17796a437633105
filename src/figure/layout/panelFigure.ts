import type {TopLevelSpec} from "vega-lite";
import type {FigureContext, Participant, TextStyle} from "../figureContext.js";
import {keyLayers} from "./keyLayers.js";
import {keyRows} from "./keyRows.js";
import {type Layer, type PlotSize, textLayer} from "./layer.js";
import {themeConfig} from "./themeConfig.js";
import {wrapText} from "./wrapText.js";

export type Panel = {
  /** Above the plot, over several lines where it is wider; null for none. */
  title: string | null;
  /** How many plots of the row the title stands above; 1 unless said. */
  titleColumns?: number;
  /** Below the title, above this plot alone. */
  subtitle?: string;
  /** From back to front, each with data and encodings of its own, for a plot of this size. */
  layers: (plot: PlotSize) => readonly Layer[];
};

export type PanelFigure = {
  /** What the figure shows, for its title element and list of figures. */
  title: string;
  /** Its message in numbers, for who cannot see it. */
  description: string;
  /** What is drawn, units, n and coverage. */
  caption: string;
  panels: readonly Panel[];
  columns: number;
  plotHeightPx: number;
  xTitle: string | null;
  /** Stands above the plots, horizontally, which saves the room that a turned one takes. */
  yTitle: string | null;
  /** All tick labels of y axes: the room left of each plot is what the widest takes. */
  yLabels: readonly string[];
  /** Whether only the first plot of each row has labels at its y axis, because all share it. */
  sharedY?: boolean;
  /** Those who are named in a key above the plots. */
  key?: readonly (Participant & {label: string})[];
  /** Room left of each plot for labels that are no tick labels, in px. */
  leftPx?: number;
  /** Room right of each plot, for names at line ends. */
  rightPx?: number;
  /** Further room right of the last plot of each row. */
  lastRightPx?: number;
  /** Room below each plot for tick labels, where they take more than one line. */
  xLabelsPx?: number;
};

/** Panels differ in who is in them, so that none can use the colours of another. */
const OWN = "independent";
const OWN_STYLES = {scale: {color: OWN, stroke: OWN, fill: OWN, shape: OWN, strokeDash: OWN}};

const EDGE_PX = 4;
const GAP_PX = 12;
const LINE = 1.35; // line height over font size

/**
 * Panels of one size in rows, with key, titles and caption: everything placed here in px, so that a figure is as wide as it
 * should be and nothing is cut off or covered. A frame of the figure's size lies behind, and Vega pads to just that.
 */
export function panelFigure(figure: PanelFigure, context: FigureContext): TopLevelSpec {
  const {theme} = context;
  const layout = layoutOf(figure, context);
  const {plot, columns, left, rowGap, columnGap} = layout;
  const panels = figure.panels.map(({layers}, i) => ({
    width: plot.widthPx,
    height: plot.heightPx,
    layer: [...(i === 0 ? furniture(figure, layout, context) : []), ...layers(plot), ...titleLayers(layout.titles[i]!, theme)],
    resolve: OWN_STYLES,
  }));
  const shared = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: figure.description,
    usermeta: {title: figure.title, caption: figure.caption, plotLeftPx: left},
    background: theme.background,
    padding: 0,
    config: themeConfig(theme),
  };
  const spec = {
    ...shared,
    columns,
    bounds: "flush",
    align: "none",
    spacing: {row: rowGap, column: columnGap},
    concat: panels,
    resolve: OWN_STYLES,
  };
  return spec as unknown as TopLevelSpec;
}

type Layout = {
  plot: PlotSize;
  columns: number;
  /** Of the first plot's left upper corner. */
  left: number;
  top: number;
  columnGap: number;
  rowGap: number;
  gridWidth: number;
  gridHeight: number;
  xTitleY: number;
  captionY: number;
  heightPx: number;
  titles: TitleLines[];
  key: ReturnType<typeof keyRows>;
  captionLines: string[];
};

function layoutOf(figure: PanelFigure, context: FigureContext): Layout {
  const {theme, widthPx, measure} = context;
  const {panels, plotHeightPx, rightPx = 0, lastRightPx = 0, sharedY = false, xLabelsPx = theme.labelSize + 6} = figure;
  const columns = Math.min(figure.columns, panels.length);
  const rows = Math.ceil(panels.length / columns);
  const widest = Math.max(figure.leftPx ?? 0, ...figure.yLabels.map((text) => measure(text, {size: theme.labelSize, weight: 400})));
  const left = Math.ceil(EDGE_PX + widest + 6);
  const columnGap = rightPx + GAP_PX + (sharedY ? 0 : left - EDGE_PX);
  const right = Math.max(EDGE_PX + 6, rightPx + lastRightPx + EDGE_PX);
  const plotWidth = Math.floor((widthPx - left - right - (columns - 1) * columnGap) / columns);
  const key = keyRows(
    (figure.key ?? []).map((each) => ({...each, style: context.styleOf(each)})),
    {
      widthPx: widthPx - 2 * EDGE_PX,
      lineHeightPx: theme.labelSize * LINE,
      measure: (text) => measure(text, {size: theme.labelSize, weight: 400}),
    },
  );
  const titles = panels.map((panel) => titleLines(panel, {plotWidth, columnGap, right}, context));
  const titleCount = Math.max(...titles.map(({title, subtitle}) => title.length + subtitle.length));
  const titleRoom = titleCount === 0 ? 0 : theme.titleSize * (1.7 + (titleCount - 1) * LINE);
  const yTitleRoom = figure.yTitle === null ? 0 : theme.labelSize * 1.6;
  const keyRoom = key.heightPx === 0 ? 0 : key.heightPx + 6;
  const top = Math.ceil(EDGE_PX + keyRoom + yTitleRoom + titleRoom + 3);
  const rowGap = xLabelsPx + titleRoom + GAP_PX;
  const gridHeight = rows * plotHeightPx + (rows - 1) * rowGap;
  const xTitleY = gridHeight + xLabelsPx + theme.titleSize * 0.75;
  const captionY = gridHeight + xLabelsPx + (figure.xTitle === null ? 0 : theme.titleSize * 1.5) + theme.captionSize * 1.2;
  const captionLines = captionOf(figure, context);
  const captionHeight = captionLines.length * theme.captionSize * LINE;
  return {
    plot: {widthPx: plotWidth, heightPx: plotHeightPx},
    columns,
    left,
    top,
    columnGap,
    rowGap,
    gridWidth: columns * plotWidth + (columns - 1) * columnGap,
    gridHeight,
    xTitleY,
    captionY,
    heightPx: Math.ceil(top + captionY + (captionLines.length === 0 ? 0 : captionHeight) + EDGE_PX),
    titles,
    key,
    captionLines,
  };
}

type TitleLines = {title: string[]; subtitle: string[]};

/** A title may reach into the room right of the last plot that it stands above, as far as the next title is not touched. */
function titleLines(
  {title, titleColumns = 1, subtitle}: Panel,
  {plotWidth, columnGap, right}: {plotWidth: number; columnGap: number; right: number},
  {theme, measure}: FigureContext,
): TitleLines {
  const spare = Math.max(0, Math.min(columnGap - 8, right - EDGE_PX));
  const wrapped = (text: string, columns: number, style: TextStyle) =>
    wrapText(text, columns * plotWidth + (columns - 1) * columnGap + spare, (line) => measure(line, style));
  return {
    title: title === null ? [] : wrapped(title, titleColumns, titleStyle(theme)),
    subtitle: subtitle === undefined ? [] : wrapped(subtitle, 1, subtitleStyle(theme)),
  };
}

/** The last line is the one nearest to the plot, so that titles of one line stand beside the last line of others. */
function titleLayers({title, subtitle}: TitleLines, theme: FigureContext["theme"]): Layer[] {
  const y = (line: number) => -theme.titleSize * (0.8 + (title.length + subtitle.length - 1 - line) * LINE);
  const layer = (lines: readonly string[], first: number, look: TextStyle & {color: string}) => {
    const texts = lines.map((text, i) => ({text, x: 0, y: y(first + i)}));
    return lines.length === 0 ? [] : [textLayer(texts, look)];
  };
  const below = {...subtitleStyle(theme), color: theme.mutedText};
  return [...layer(title, 0, {...titleStyle(theme), color: theme.text}), ...layer(subtitle, title.length, below)];
}

const titleStyle = (theme: FigureContext["theme"]): TextStyle => ({size: theme.titleSize, weight: 600});
const subtitleStyle = (theme: FigureContext["theme"]): TextStyle => ({size: theme.labelSize, weight: 400});

function captionOf(figure: PanelFigure, {theme, widthPx, measure, notes, caption: isDrawn}: FigureContext): string[] {
  const text = [...(isDrawn ? [figure.caption] : []), ...notes].join(" "); // notes always: that attempts are synthetic, say
  if (text === "") return [];
  return wrapText(unbroken(text), widthPx - 2 * EDGE_PX, (line) => measure(line, {size: theme.captionSize, weight: 400}));
}

/** No line ends inside `n = 40` or `95 %`. */
const unbroken = (text: string) => text.replace(/ %/g, "\u00a0%").replace(/\bn = /g, "n\u00a0=\u00a0");

/** What stands around the plots, placed from the first plot's corner: the frame, key, titles and caption. */
function furniture(figure: PanelFigure, layout: Layout, context: FigureContext): Layer[] {
  const {theme, widthPx} = context;
  const {left, top, heightPx, key, captionLines} = layout;
  const frame = {type: "rect", x: -left, x2: widthPx - left, y: -top, y2: heightPx - top, color: "transparent", aria: false}; // axes lie behind marks
  const entries = key.entries.map((entry) => ({...entry, xPx: entry.xPx + EDGE_PX - left, yPx: entry.yPx + EDGE_PX - top}));
  const yTitleY = EDGE_PX + (key.heightPx === 0 ? 0 : key.heightPx + 6) + theme.labelSize * 0.8 - top;
  const texts = [
    ...(figure.yTitle === null ? [] : [textLayer([{text: figure.yTitle, x: EDGE_PX - left, y: yTitleY}], axisTitle(theme))]),
    ...(figure.xTitle === null
      ? []
      : [textLayer([{text: figure.xTitle, x: layout.gridWidth / 2, y: layout.xTitleY}], {...axisTitle(theme), align: "center"})]),
    textLayer(
      captionLines.map((text, i) => ({text, x: EDGE_PX - left, y: layout.captionY + (i + 0.5) * theme.captionSize * LINE})),
      {size: theme.captionSize, weight: 400, color: theme.mutedText},
    ),
  ];
  return [{data: {values: [{}]}, mark: frame, encoding: {}}, ...keyLayers(entries, context, theme.labelSize * LINE), ...texts];
}

const axisTitle = (theme: FigureContext["theme"]) => ({size: theme.labelSize, weight: 400 as const, color: theme.mutedText});
