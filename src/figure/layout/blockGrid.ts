/** Where panels of several blocks go: the same number in each block, and each block starts where the one before ends. */
export type BlockGrid = {
  columns: number;
  /** Places that a block takes, empty ones at its end included. */
  places: number;
  /** Columns that a block takes. */
  blockColumns: number;
};

/**
 * A grid for blocks of `count` panels, at most `most` in a row: several blocks beside each other where whole ones fit, or one over as
 * many rows as it needs. Rows of a block are as equal as can be: four panels where three fit go two and two.
 *
 * @example blockGrid(2, 4, 7) // => {columns: 4, places: 2, blockColumns: 2}
 * @example blockGrid(5, 4, 7) // => {columns: 3, places: 6, blockColumns: 3}
 */
export function blockGrid(count: number, most: number, blocks: number): BlockGrid {
  if (count <= most) {
    const beside = Math.min(Math.floor(most / count), blocks);
    return {columns: beside * count, places: count, blockColumns: count};
  }
  const rows = Math.ceil(count / most);
  const columns = Math.ceil(count / rows);
  return {columns, places: rows * columns, blockColumns: columns};
}
