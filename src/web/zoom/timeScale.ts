/** A tick of an axis: the time that it says, and where it is in px. */
export type Tick = {seconds: number; x: number};

/** An axis of time: px ↔ seconds. */
export type TimeScale = {xOf: (seconds: number) => number; secondsAt: (x: number) => number; isLog: boolean};

/** The seconds that the label of a tick says (`30m`, `1.5h`, `0`); null for what is no duration. */
export function secondsOf(label: string): number | null {
  if (label === "0") return 0;
  const match = /^(\d+(?:\.\d+)?)([smh])$/.exec(label);
  return match === null ? null : Number(match[1]) * {s: 1, m: 60, h: 3600}[match[2] as "s" | "m" | "h"];
}

/**
 * As the labels of axes are written, to the second: `30m`, `1.5h`, and `3h5m` where decimals of an hour say little.
 *
 * @example labelOf(5400) // => "1.5h"
 */
export function labelOf(seconds: number): string {
  if (seconds === 0) return "0";
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return seconds % 60 === 0 ? `${seconds / 60}m` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
  if (seconds % 900 === 0) return `${seconds / 3600}h`;
  const minutes = Math.round((seconds % 3600) / 60);
  return minutes === 60 ? `${Math.floor(seconds / 3600) + 1}h` : `${Math.floor(seconds / 3600)}h${minutes === 0 ? "" : `${minutes}m`}`;
}

/** The scale of an axis with these ticks, linear or logarithmic, whichever they fit; null for fewer than two. */
export function timeScale(ticks: readonly Tick[]): TimeScale | null {
  const [first, last] = [ticks[0], ticks.at(-1)];
  if (first === undefined || last === undefined || first.x === last.x || first.seconds === last.seconds) return null;
  const linear = through(first, last, Number, Number);
  if (ticks.some(({seconds}) => seconds <= 0)) return {...linear, isLog: false};
  const log = through(first, last, Math.log2, (power) => 2 ** power);
  const error = ({xOf}: typeof linear) => Math.max(...ticks.map(({seconds, x}) => Math.abs(xOf(seconds) - x)));
  return error(log) <= error(linear) ? {...log, isLog: true} : {...linear, isLog: false};
}

function through(first: Tick, last: Tick, to: (seconds: number) => number, from: (value: number) => number) {
  const slope = (last.x - first.x) / (to(last.seconds) - to(first.seconds));
  return {
    xOf: (seconds: number) => first.x + (to(seconds) - to(first.seconds)) * slope,
    secondsAt: (x: number) => from(to(first.seconds) + (x - first.x) / slope),
  };
}
