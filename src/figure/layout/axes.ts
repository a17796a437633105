import {formatDuration} from "../../duration.js";
import type {FigureContext} from "../figureContext.js";
import {niceTicks} from "./niceTicks.js";
import {timeTicks} from "./timeTicks.js";

/** The same text as {@link formatDuration} for halvings and doublings of an hour, in Vega's expression language. */
const DURATION = "datum.value < 60 ? datum.value + 's' : datum.value < 3600 ? datum.value / 60 + 'm' : datum.value / 3600 + 'h'";

/** How far a logarithmic time axis goes on beyond the outermost values, in doublings, so that points there are whole. */
const MARGIN_DOUBLINGS = 0.12;

/** A log-2 axis over these seconds, with ticks such as 30m, 2h, 8h, 32h. */
export function logTimeAxis(seconds: readonly number[], plotWidthPx: number, {theme, measure}: FigureContext) {
  const [low, high] = [Math.min(...seconds) * 2 ** -MARGIN_DOUBLINGS, Math.max(...seconds) * 2 ** MARGIN_DOUBLINGS];
  const doublings = Math.log2(high / low);
  const width = (tick: number) => measure(formatDuration(tick), {size: theme.labelSize, weight: 400});
  const fits = (ticks: readonly number[]) => {
    const gap = (Math.log2(ticks[1]! / ticks[0]!) / doublings) * plotWidthPx;
    return ticks.every((tick, i) => i === 0 || (width(tick) + width(ticks[i - 1]!)) / 2 + 6 <= gap);
  };
  return {scale: {type: "log", base: 2, domain: [low, high], nice: false}, axis: {values: timeTicks(low, high, fits), labelExpr: DURATION}};
}

/** A linear time axis from 0 to `seconds`, with a tick at least every `tickSeconds`, as far as labels fit. */
export function timeAxis(seconds: number, plotWidthPx: number, {theme, measure}: FigureContext, tickSeconds = 3600) {
  const widest = measure("8.5h", {size: theme.labelSize, weight: 400}) + 6;
  let step = tickSeconds;
  while ((step / seconds) * plotWidthPx < widest && step < seconds) step *= 2;
  const values = Array.from({length: Math.floor(seconds / step) + 1}, (_, i) => i * step);
  return {scale: {domain: [0, seconds], nice: false, zero: true}, axis: {values, labelExpr: `datum.value === 0 ? '0' : ${DURATION}`}};
}

/** A linear axis over these values, ending at round numbers. */
export function valueAxis(values: readonly number[], count = 5) {
  const ticks = niceTicks(Math.min(...values), Math.max(...values), count);
  const digits = Math.max(...ticks.map((tick) => (String(tick).split(".")[1] ?? "").length));
  return {
    domain: [ticks[0]!, ticks.at(-1)!] as const,
    labels: ticks.map((tick) => minus(tick.toFixed(digits))),
    encoding: {
      scale: {domain: [ticks[0], ticks.at(-1)], nice: false, zero: false},
      axis: {values: ticks, grid: true, format: `.${digits}f`},
    },
  };
}

const minus = (text: string) => text.replace("-", "−");
