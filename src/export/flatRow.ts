/**
 * A row whose lists are joined with spaces, as files of rows have them.
 *
 * @example flatRow({a: [1, 2], b: "x"}) // => {a: "1 2", b: "x"}
 */
export const flatRow = (row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Array.isArray(value) ? value.join(" ") : value]));
