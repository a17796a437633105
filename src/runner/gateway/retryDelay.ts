const [FIRST_SECONDS, LONGEST_SECONDS] = [1, 60];

/**
 * Seconds to wait before the next try: 1, 2, 4 … 60, less up to a quarter by chance so that attempts do not return together, and never
 * less than the provider asks for.
 *
 * @param tries That failed so far, from 1.
 * @param chance In [0, 1).
 * @param askedSeconds See `retryAfterSeconds`.
 * @example retryDelay(3, 0, null) // => 4
 */
export function retryDelay(tries: number, chance: number, askedSeconds: number | null): number {
  const seconds = Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** (tries - 1)) * (1 - chance / 4);
  return Math.max(seconds, askedSeconds ?? 0);
}

/**
 * What `retry-after-ms` and `retry-after` ask for, in seconds; null where they do not.
 *
 * @param nowMs Wall clock, for those that name a date.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function retryAfterSeconds(headers: Record<string, string | string[] | undefined>, nowMs: number): number | null {
  const milliseconds = numberIn(headers["retry-after-ms"]);
  if (milliseconds !== null) return milliseconds / 1000;
  const seconds = numberIn(headers["retry-after"]);
  if (seconds !== null) return seconds;
  const date = Date.parse(String(headers["retry-after"] ?? ""));
  return Number.isNaN(date) ? null : Math.max(0, (date - nowMs) / 1000);
}

const numberIn = (value: string | string[] | undefined): number | null => (/^\d+(\.\d+)?$/.test(String(value)) ? Number(value) : null);
