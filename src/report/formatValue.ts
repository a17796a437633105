import {formatDuration} from "../duration.js";
import {printable} from "../errors.js";
import type {CellValue} from "./content.js";
import type {ValueFormat} from "./valueSpec.js";

/** What stands where a value is missing. */
export const MISSING = "–";

export type HowWritten = {field: string; format: ValueFormat | null; digits: number | null};

/** A value as text: the same on every machine, whatever its locale. Numbers have a true minus sign and commas between thousands. */
export function formatValue(value: CellValue, {field, format, digits}: HowWritten): string {
  if (value === null) return MISSING;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return printable(value);
  const as = format ?? formatOf(field);
  if (as === "duration") return durationText(value);
  if (as === "usd") return usdText(value, digits);
  if (as === "percent") return `${percentNumber(value, digits ?? 0)} %`;
  if (as === "signed") return signedText(value, digits ?? 2);
  if (field === "naturalScore" && digits === null) return significantText(value);
  return numberText(value, digits ?? (Number.isInteger(value) && !/score|mean|bias|low|high|difference/i.test(field) ? 0 : 2));
}

/** How a field is written where its format is left out. */
function formatOf(field: string): ValueFormat {
  if (/Seconds$/.test(field) || /^crossover(Low|High)?$/.test(field)) return "duration";
  if (/Usd$/.test(field) || /^dollars/.test(field)) return "usd";
  if (/^share|Share$|[cC]overage$|^level$/.test(field)) return "percent";
  return field === "difference" ? "signed" : "number";
}

/** `1,855.00`, `−0.21`; what rounds to 0 has no sign. */
export function numberText(value: number, digits: number): string {
  const [whole, decimals] = Math.abs(value).toFixed(digits).split(".");
  const text = whole!.replace(/\B(?=(?:\d{3})+$)/g, ",") + (decimals === undefined ? "" : `.${decimals}`);
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

/** A share in percent, without its sign: of 0.7515 it is 75.2, though 100 × 0.7515 is a little under 75.15 in binary. */
export const percentNumber = (share: number, digits: number): string => numberText(Number((100 * share).toPrecision(12)), digits);

/** `+0.12`, `−0.21`; what rounds to 0 keeps its sign. */
export const signedText = (value: number, digits = 2): string =>
  `${value === 0 ? "" : value < 0 ? "−" : "+"}${numberText(Math.abs(value), digits)}`;

/** Four significant digits, thousands whole: a time of 94.03 s, a loss of 2.814, 0.1273 of all problems. */
export function significantText(value: number, digits = 4): string {
  if (value === 0) return "0";
  const magnitude = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(digits))))); // 0.99996 is 1.000
  return magnitude < -4 || magnitude > 8 ? value.toPrecision(digits) : numberText(value, Math.max(0, digits - 1 - magnitude));
}

/** `$1,855`, `$29.52`, `$0.0042`: whole dollars from 100 on, cents below, two figures below a cent. */
export function usdText(usd: number, digits: number | null = null): string {
  if (digits !== null) return `$${numberText(usd, digits)}`;
  if (usd >= 99.995) return `$${numberText(usd, 0)}`;
  if (usd === 0) return "$0";
  return usd >= 0.01 ? `$${numberText(usd, Number.isInteger(usd) ? 0 : 2)}` : `$${Number(usd.toPrecision(2))}`;
}

/** A duration to the minute, under an hour to the second. */
export const durationText = (seconds: number): string =>
  formatDuration(seconds < 3600 ? Math.round(seconds) : Math.round(seconds / 60) * 60);
