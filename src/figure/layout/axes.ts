import {formatDuration} from "../../duration.js";
import type {FigureContext} from "../figureContext.js";
import {logTicks} from "./logTicks.js";
import {niceTicks, ticksInside} from "./niceTicks.js";
import {significant} from "./significant.js";
import {timeTicks} from "./timeTicks.js";

/** The same text as {@link formatDuration} for halvings and doublings of an hour, in Vega's expression language. */
const DURATION = "datum.value < 60 ? datum.value + 's' : datum.value < 3600 ? datum.value / 60 + 'm' : datum.value / 3600 + 'h'";

/** How far a logarithmic time axis goes on beyond the outermost values, in doublings, so that points there are whole. */
const MARGIN_DOUBLINGS = 0.12;

/** Logarithms of numbers beyond are none that a computer has. */
const LARGEST_LN = 700;

/** A log-2 axis over these seconds, with ticks such as 30m, 2h, 8h, 32h. */
export function logTimeAxis(seconds: readonly number[], plotWidthPx: number, {theme, measure}: FigureContext) {
  const [low, high] = [
    significant(Math.min(...seconds) * 2 ** -MARGIN_DOUBLINGS),
    significant(Math.max(...seconds) * 2 ** MARGIN_DOUBLINGS),
  ];
  const doublings = Math.log2(high / low);
  const width = (tick: number) => measure(formatDuration(tick), {size: theme.labelSize, weight: 400});
  const gap = (from: number, to: number) => (Math.log2(to / from) / doublings) * plotWidthPx;
  const fits = (ticks: readonly number[]) =>
    ticks.every((tick, i) => i === 0 || (width(tick) + width(ticks[i - 1]!)) / 2 + 6 <= gap(ticks[i - 1]!, tick));
  return {scale: {type: "log", base: 2, domain: [low, high], nice: false}, axis: {values: timeTicks(low, high, fits), labelExpr: DURATION}};
}

/** A linear time axis from 0 to `seconds`, with ticks every hour, or less where there are not two of them, as far as labels fit. */
export function timeAxis(seconds: number, plotWidthPx: number, {theme, measure}: FigureContext) {
  const widest = measure("8.5h", {size: theme.labelSize, weight: 400}) + 6;
  let step = TICK_SECONDS.find((each) => 2 * each <= seconds) ?? seconds;
  while ((step / seconds) * plotWidthPx < widest && step < seconds) step *= 2;
  const values = Array.from({length: Math.floor(seconds / step) + 1}, (_, i) => i * step);
  return {scale: {domain: [0, seconds], nice: false, zero: true}, axis: {values, labelExpr: `datum.value === 0 ? '0' : ${DURATION}`}};
}

const TICK_SECONDS = [3600, 1800, 900, 600, 300, 120, 60, 30, 15, 10, 5, 2, 1];

/** A log-2 axis over numbers of attempts, with ticks 1, 2, 4, 8 … as far as labels fit. */
export function kAxis(ks: readonly number[], plotWidthPx: number, {theme, measure}: FigureContext) {
  const [low, high] = [Math.min(...ks), Math.max(...ks)];
  const doublings = Math.floor(Math.log2(high / low) + 1e-9);
  const widest = measure(String(high), {size: theme.labelSize, weight: 400}) + 6;
  const doublingPx = plotWidthPx / (Math.log2(high / low) + 2 * MARGIN_DOUBLINGS);
  const step = Math.max(1, Math.ceil(widest / doublingPx));
  const values = Array.from({length: Math.floor(doublings / step) + 1}, (_, i) => low * 2 ** (i * step));
  const domain = [significant(low * 2 ** -MARGIN_DOUBLINGS), significant(high * 2 ** MARGIN_DOUBLINGS)];
  return {scale: {type: "log", base: 2, domain, nice: false}, axis: {values, format: "d"}};
}

/** A log-2 axis over these numbers, with ticks at the numbers themselves as far as labels fit: the largest always has its own. */
export function logCountAxis(counts: readonly number[], plotWidthPx: number, {theme, measure}: FigureContext) {
  const [low, high] = [Math.min(...counts), Math.max(...counts)];
  const doublingPx = plotWidthPx / (Math.log2(high / low) + 2 * MARGIN_DOUBLINGS);
  const width = (count: number) => measure(String(count), {size: theme.labelSize, weight: 400});
  const values: number[] = [];
  for (const count of [...new Set(counts)].sort((a, b) => b - a)) {
    const [next] = values;
    if (next === undefined || Math.log2(next / count) * doublingPx >= (width(next) + width(count)) / 2 + 5) values.unshift(count);
  }
  const domain = [significant(low * 2 ** -MARGIN_DOUBLINGS), significant(high * 2 ** MARGIN_DOUBLINGS)];
  return {scale: {type: "log", base: 2, domain, nice: false}, axis: {values, format: "d"}};
}

/** A linear axis over these values, ending at round numbers. */
export function valueAxis(values: readonly number[], count = 5) {
  const ticks = niceTicks(Math.min(...values), Math.max(...values), count);
  const {labels, format} = tickText(ticks);
  return {
    domain: [ticks[0]!, ticks.at(-1)!] as const,
    labels,
    encoding: {
      scale: {domain: [ticks[0], ticks.at(-1)], nice: false, zero: false},
      axis: {values: ticks, grid: true, format},
    },
  };
}

/** The same axis for a panel that is not the first of its row: grid and ticks without their labels. */
export const withoutLabels = <A extends object>(encoding: {axis: A; scale: object}) => ({
  ...encoding,
  axis: {...encoding.axis, labels: false},
});

/**
 * An axis that goes on beyond these values by a share of their range, linear or logarithmic, with ticks at round numbers inside.
 *
 * @param values Above 0 for a logarithmic axis.
 */
export function paddedAxis(values: readonly number[], {log, padShare, count}: {log: boolean; padShare: number; count: number}) {
  const [to, from] = log ? [Math.log, Math.exp] : [Number, Number];
  const [low, high] = [to(Math.min(...values)), to(Math.max(...values))];
  const pad = (high - low || (log ? 1 : Math.abs(high) || 1)) * padShare;
  const [bottom, top] = log ? [Math.max(low - pad, -LARGEST_LN), Math.min(high + pad, LARGEST_LN)] : [low - pad, high + pad];
  const domain = [from(bottom), from(top)] as const;
  const ticks = log ? logTicks(...domain, count) : ticksInside(...domain, count);
  const {labels, format} = tickText(ticks, !log);
  const scale = {...(log ? {type: "log", base: 10} : {zero: false}), domain: [...domain], nice: false};
  /** Where a value lies, as a share of the plot from its upper edge. */
  const shareOf = (value: number) => (top - to(value)) / (top - bottom);
  return {domain, labels, shareOf, encoding: {scale, axis: {values: ticks, grid: true, format}}};
}

/** Text of ticks as made here, to be measured, and the format by which Vega makes the same. */
function tickText(ticks: readonly number[], sameDigits = true): {labels: string[]; format: string} {
  const sizes = ticks.filter((tick) => tick !== 0).map(Math.abs);
  if (Math.max(...sizes) >= 1e6 || Math.min(...sizes) < 1e-4) {
    return {labels: ticks.map((tick) => minus(tick.toExponential())), format: "~e"};
  }
  if (!sameDigits) return {labels: ticks.map((tick) => minus(String(tick))), format: "~r"};
  const digits = Math.max(...ticks.map((tick) => (String(tick).split(".")[1] ?? "").length));
  return {labels: ticks.map((tick) => minus(tick.toFixed(digits))), format: `.${digits}f`};
}

/** A leading sign alone, as d3-format has it. */
const minus = (text: string) => text.replace(/^-/, "−");
