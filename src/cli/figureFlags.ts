import {readFileSync} from "node:fs";
import {DEFAULT_RATES} from "../analysis/costOptions.js";
import {type AnalysisOptions, DEFAULT_OPTIONS} from "../analysis/settings.js";
import {RebenchError} from "../errors.js";
import {parseTheme} from "../figure/theme/parseTheme.js";
import type {DrawOptions} from "../report/drawOptions.js";
import type {FigureOptions} from "../report/figureEntry.js";
import {defaultFigureOptions} from "../report/figureOptions.js";
import type {DrawFlags, FigureAnalysisFlags} from "./figuresCommand.js";
import {analysisOptions} from "./options.js";
import {pricesOf} from "./pricesOf.js";

/** The options of figures as commander gives them, with what a figure has no option for as it is for everybody. */
export function figureOptions(flags: FigureAnalysisFlags): FigureOptions {
  const {budgets, timeLimits, wage, agentHourly, prices: file} = flags;
  const ownPrices = pricesOf(file);
  const defaults = defaultFigureOptions(ownPrices.prices);
  const asked = analysisOptions({...flags, output: [], json: false}) as Partial<FigureOptions>;
  const names = Object.keys(DEFAULT_OPTIONS) as (keyof AnalysisOptions)[];
  return {
    ...defaults,
    ...Object.fromEntries(names.map((name) => [name, asked[name] ?? defaults[name]])),
    budgets,
    timeLimits: timeLimits ?? null,
    rates: {...DEFAULT_RATES, wageUsdPerHour: wage, agentUsdPerHour: agentHourly ?? null},
    ...ownPrices,
  };
}

/** @throws RebenchError `invalid-theme` or `unreadable-file`. */
export function drawOptionsOf({columns, dark, dpi, theme, highlight, caption}: DrawFlags): DrawOptions {
  return {columns, dark, dpi, theme: theme === undefined ? null : readTheme(theme), highlight: highlight ?? null, caption};
}

function readTheme(file: string) {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (cause as Error).message;
    throw new RebenchError("unreadable-file", {problem: `cannot read the theme ${file}: ${why}`, hint: "Give --theme a JSON file.", cause});
  }
  return parseTheme(text, file);
}
