import {RebenchError} from "./errors.js";

const SECONDS: Record<string, number> = {h: 3600, m: 60, s: 1};
const PATTERN = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?$/;

/**
 * Seconds, to the microsecond, in a duration such as `30m`, `2h`, `90s`, `1h30m` or `1.5h`.
 *
 * @throws RebenchError `usage` for anything else, zero included: a time limit or budget of 0 s means nothing.
 * @example parseDuration("1h30m") // => 5400
 */
export function parseDuration(text: string): number {
  const match = PATTERN.exec(text.trim());
  const exact = match ? Number(match[1] ?? 0) * 3600 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0) : 0;
  const seconds = Math.round(exact * 1e6) / 1e6; // 1.1 × 3600 is 3960.0000000000005: no time limit equals that
  if (seconds > 0 && Number.isFinite(seconds)) return seconds;
  throw new RebenchError("usage", {
    problem: `"${text}" is not a duration`,
    hint: "Write hours, minutes and seconds such as 30m, 2h, 90s or 1h30m.",
  });
}

/** Comma-separated durations in seconds, sorted and without repeats; the error names the part that is wrong. */
export function parseDurations(text: string): number[] {
  return [...new Set(text.split(",").map(parseDuration))].sort((a, b) => a - b);
}

/**
 * The shortest exact way to write seconds as a duration, with at most millisecond precision.
 *
 * @example formatDuration(5400) // => "1h30m"
 */
export function formatDuration(seconds: number): string {
  let rest = Math.round(seconds * 1000) / 1000;
  if (rest === 0) return "0s";
  let text = "";
  for (const unit of ["h", "m"]) {
    const count = Math.floor(rest / SECONDS[unit]!);
    if (count > 0) text += `${count}${unit}`;
    rest = Math.round((rest - count * SECONDS[unit]!) * 1000) / 1000;
  }
  return rest > 0 ? `${text}${rest}s` : text;
}
