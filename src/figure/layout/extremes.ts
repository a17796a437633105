/**
 * The least and the greatest of at least one number: of hundreds of thousands too, which are more than a function takes as arguments.
 *
 * @example extremes([2, 3, 1]) // => [1, 3]
 */
export const extremes = (values: readonly number[]): [low: number, high: number] =>
  values.reduce<[number, number]>(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
