import type {FigureContext} from "../figureContext.js";
import {logTicks} from "./logTicks.js";
import {significant} from "./significant.js";

/** `$1`, `$20`, `$5k`, `$2M`, `$0.5`: of round numbers, as ticks have them. */
export const dollarText = (usd: number): string => {
  const [unit, letter] = usd >= 1e6 ? [1e6, "M"] : usd >= 1e3 ? [1e3, "k"] : [1, ""];
  return `$${Number((usd / unit).toPrecision(3))}${letter}`;
};

/** The same in Vega's expression language. */
const DOLLARS =
  "'$' + (datum.value >= 1e6 ? format(datum.value / 1e6, '~r') + 'M' : datum.value >= 1e3 ? format(datum.value / 1e3, '~r') + 'k' : format(datum.value, '~r'))";

/** How far the axis goes on beyond the outermost values, and how long it is at least, in powers of ten. */
const MARGIN_DECADES = 0.05;
const FEWEST_DECADES = 1;
const MOST_TICKS = 12;

/** A logarithmic axis over these costs, with ticks at 1, 2, 5 × 10ⁿ dollars or as many of them as have room. */
export function dollarAxis(costsUsd: readonly number[], plotWidthPx: number, {theme, measure}: Pick<FigureContext, "theme" | "measure">) {
  const [low, high] = [Math.log10(Math.min(...costsUsd)), Math.log10(Math.max(...costsUsd))];
  const margin = Math.max(MARGIN_DECADES, (FEWEST_DECADES - (high - low)) / 2);
  const domain = [significant(10 ** (low - margin)), significant(10 ** (high + margin))] as const;
  const decades = high - low + 2 * margin;
  const width = (usd: number) => measure(dollarText(usd), {size: theme.labelSize, weight: 400});
  const fits = (ticks: readonly number[]) =>
    ticks.every((tick, i) => {
      if (i === 0) return true;
      const gap = (Math.log10(tick / ticks[i - 1]!) / decades) * plotWidthPx;
      return (width(tick) + width(ticks[i - 1]!)) / 2 + 6 <= gap;
    });
  const tried = Array.from({length: MOST_TICKS - 1}, (_, i) => logTicks(...domain, MOST_TICKS - i));
  const ticks = tried.find(fits) ?? tried.at(-1)!.slice(0, 1);
  return {scale: {type: "log", base: 10, domain: [...domain], nice: false}, axis: {values: ticks, labelExpr: DOLLARS}};
}
