import type {FigureRow} from "../figureEntry.js";

/**
 * Several lists of rows as one, for a figure that draws more than one: each row with the name of its list, and every column of all.
 *
 * @example tagged({a: [{x: 1}], b: [{y: 2}]}) // => [{table: "a", x: 1, y: null}, {table: "b", x: null, y: 2}]
 */
export function tagged(lists: Record<string, readonly object[]>): FigureRow[] {
  const rows = Object.entries(lists).flatMap(([table, list]) => list.map((row) => ({table, ...row}) as FigureRow));
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return rows.map((row) => Object.fromEntries(columns.map((name) => [name, row[name] ?? null])));
}
