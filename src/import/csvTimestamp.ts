import type {Parsed} from "./csvNumber.js";

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?$/i;
/** Other dates and times of day, such as 31.01.2026 9:30: digits and punctuation, so nothing that identifies a person. */
const DATE_LIKE = /^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:,?\s+\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]m)?)?$/i;

/** A point in time, or a date or local time that cannot be one without its zone. */
export type Timestamp = {utc: string} | {local: string};

/**
 * A time with zone, in UTC; without a zone the text is handed back as it is, since no zone is guessed.
 *
 * @example parseCsvTimestamp("2026-01-31 13:00+01:00") // => {value: {utc: "2026-01-31T12:00:00.000Z"}}
 */
export function parseCsvTimestamp(text: string): Parsed<Timestamp> {
  const iso = ISO.exec(text);
  if (!iso) return DATE_LIKE.test(text) ? {value: {local: text}} : {expected};
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "0", zone] = iso;
  const milliseconds = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3)}Z`);
  if (Number.isNaN(milliseconds) || new Date(milliseconds).getUTCDate() !== Number(day)) return {expected};
  if (zone === undefined || iso[4] === undefined) return {value: {local: text}};
  const time = new Date(milliseconds - offsetMinutes(zone) * 60_000);
  return time.getUTCFullYear() > 9999 || time.getUTCFullYear() < 0 ? {expected} : {value: {utc: time.toISOString()}};
}

const expected = "a time with zone such as 2026-01-31T12:00:00Z or 2026-01-31T13:00+01:00";

function offsetMinutes(zone: string): number {
  const match = /^([+-])(\d\d):?(\d\d)?$/.exec(zone);
  return match ? (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3] ?? 0)) : 0;
}
