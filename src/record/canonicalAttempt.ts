import type {Attempt} from "./attempt.js";

/** The attempt with the keys of `host` and `sourceFields` in order: there the source decides it, and it means nothing. With `changes` made. */
export const canonicalAttempt = (attempt: Attempt, changes: Partial<Attempt> = {}): Attempt => ({
  ...attempt,
  host: sorted(attempt.host),
  sourceFields: sorted(attempt.sourceFields),
  ...changes,
});

function sorted<T extends Record<string, unknown> | null>(fields: T): T {
  if (fields === null || Object.keys(fields).length < 2) return fields;
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))) as T;
}
