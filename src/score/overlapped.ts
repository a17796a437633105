/**
 * The results of several pieces of work, each started before the one before it is finished: while this thread finishes one,
 * others are at the next. Two are under way at most, so that memory does not grow with their number.
 *
 * @param start Begins a piece of work; what it returns finishes it.
 * @example overlapped([1, 2], (n) => () => 2 * n) // => [2, 4]
 */
export function overlapped<Item, Result>(items: readonly Item[], start: (item: Item) => () => Result): Result[] {
  const results: Result[] = [];
  let finish: (() => Result) | null = null;
  for (const item of items) {
    const next = start(item);
    if (finish !== null) results.push(finish());
    finish = next;
  }
  return finish === null ? results : [...results, finish()];
}
