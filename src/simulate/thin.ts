/**
 * At most `limit` of the entries, in order: the one at index `keep`, and others evenly spaced over the whole list.
 *
 * @example thin(["a", "b", "c", "d", "e"], {keep: 3, limit: 3}) // => ["a", "d", "e"]
 */
export function thin<T>(entries: readonly T[], {keep, limit}: {keep: number; limit: number}): T[] {
  if (entries.length <= limit) return [...entries];
  const others = limit - 1;
  const last = entries.length - 1;
  const indices = Array.from({length: others}, (_, i) => Math.round((i * last) / Math.max(1, others - 1)));
  return [...new Set([...indices, keep])].sort((a, b) => a - b).map((i) => entries[i]!);
}
