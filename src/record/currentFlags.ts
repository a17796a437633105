import type {FlagEvent} from "./attempt.js";

/**
 * The flags an attempt carries now: those whose last event is `add`. Sorted.
 *
 * @example currentFlags([{flag: "short", action: "add", author: null, reason: null, time: null}]) // => ["short"]
 */
export function currentFlags(history: readonly FlagEvent[]): string[] {
  const last = new Map(history.map(({flag, action}) => [flag, action]));
  return [...last]
    .filter(([, action]) => action === "add")
    .map(([flag]) => flag)
    .sort();
}
