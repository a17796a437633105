import {parseDuration} from "../duration.js";
import {type Decimals, type Parsed, parseCsvNumber} from "./csvNumber.js";

const CLOCK = /^(\d+):([0-5]\d)(?::([0-5]\d(?:[.,]\d+)?))?$/;
const ZERO = /^0+(?:[.,]0+)?[hms]?$/;

/**
 * Seconds in a duration: `8h`, `1h 30m`, `H:MM`, `H:MM:SS`, or a plain number where the column's name has a unit.
 *
 * Without a unit a plain number is refused, since 8 may be hours or minutes; 0 is 0 in any unit. In a column of minutes or
 * seconds `8:30` is refused too: it may be minutes and seconds.
 *
 * @param unitSeconds Seconds in one unit of the column; null when its name has none.
 * @param field The column without unit, for the advice.
 * @example parseCsvDuration("7:45", null, "point", "working_time") // => {value: 27900}
 */
export function parseCsvDuration(text: string, unitSeconds: number | null, decimals: Decimals, field: string): Parsed<number> {
  const compact = text.toLowerCase().replace(/\s/g, "");
  if (ZERO.test(compact)) return {value: 0};
  const clock = CLOCK.exec(compact);
  if (clock) return clockSeconds(clock, unitSeconds);
  const written = writtenSeconds(decimals === "point" ? compact : compact.replaceAll(",", "."));
  if (written !== null) return wholeMilliseconds(written);
  const number = parseCsvNumber(text, decimals);
  if (!("value" in number)) return /[a-z:]/.test(compact) ? {expected: duration} : number;
  if (unitSeconds === null) {
    return {
      expected: `a duration with its unit: write 8h or 8:00, or name the column ${field}_hours, ${field}_minutes or ${field}_seconds`,
    };
  }
  return number.value < 0 ? {expected: `${duration}, not below 0`} : wholeMilliseconds(number.value * unitSeconds);
}

const duration = "a duration such as 8h, 1h30m or 8:00";

function clockSeconds([, hours, minutes, seconds]: RegExpExecArray, unitSeconds: number | null): Parsed<number> {
  if (seconds === undefined && unitSeconds !== null && unitSeconds < 3600) {
    return {expected: "hours, minutes and seconds as H:MM:SS; H:MM in this column may also be minutes and seconds"};
  }
  return wholeMilliseconds(Number(hours) * 3600 + Number(minutes) * 60 + Number((seconds ?? "0").replace(",", ".")));
}

function writtenSeconds(text: string): number | null {
  try {
    return parseDuration(text);
  } catch {
    return null;
  }
}

function wholeMilliseconds(seconds: number): Parsed<number> {
  const value = Math.round(seconds * 1000) / 1000;
  return Number.isFinite(value) ? {value} : {expected: duration};
}
