/** Null is a missing value. */
export type SortValue = number | string | null;

const collator = new Intl.Collator("en", {numeric: true});

/**
 * The indices of values in order: numbers before texts, missing ones last whichever way, equal ones as they stood.
 *
 * @example sortOrder([2, null, 1], true) // => [0, 2, 1]
 */
export function sortOrder(values: readonly SortValue[], descending: boolean): number[] {
  return values
    .map((_, i) => i)
    .sort((i, j) => {
      const [a, b] = [values[i]!, values[j]!];
      if (a === null || b === null) return Number(a === null) - Number(b === null);
      return descending ? -compare(a, b) : compare(a, b);
    });
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return collator.compare(a, b);
  return typeof a === "number" ? -1 : 1;
}
