import {announce} from "./announce.js";
import {csvField} from "./csvField.js";
import {button, element} from "./element.js";
import {saveFile} from "./saveFile.js";
import {type SortValue, sortOrder} from "./sortOrder.js";

/** Lets a reader sort a table by any of its columns, and take it along as CSV. */
export function enhanceTable(table: HTMLTableElement): void {
  const heads = [...table.tHead!.rows[0]!.cells];
  heads.forEach((head, column) => {
    const label = head.textContent ?? "";
    const press = button(label, () => sortBy(table, column), {class: "sort"});
    head.replaceChildren(press);
    // a head with a button in it is not repeated on further pages of paper
    window.addEventListener("beforeprint", () => head.replaceChildren(label));
    window.addEventListener("afterprint", () => head.replaceChildren(press));
  });
  const tools = element("div", {class: "tools"});
  tools.append(
    button("CSV", () => saveFile(`${table.dataset.name}.csv`, new Blob([csvOf(table)], {type: "text/csv"})), {
      "aria-label": `Download table ${table.dataset.number} as CSV`,
    }),
  );
  table.closest("figure")!.append(tools);
}

/** Ascending, then descending. Rows without a value come last either way. */
function sortBy(table: HTMLTableElement, column: number): void {
  const heads = [...table.tHead!.rows[0]!.cells];
  const head = heads[column]!;
  const descending = head.getAttribute("aria-sort") === "ascending";
  const body = table.tBodies[0]!;
  const rows = [...body.rows];
  body.append(
    ...sortOrder(
      rows.map((row) => sortValue(row.cells[column]!)),
      descending,
    ).map((i) => rows[i]!),
  );
  for (const each of heads) each.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", descending ? "descending" : "ascending");
  announce(`Sorted by ${head.textContent}, ${descending ? "descending" : "ascending"}.`);
}

/** Numbers are written beside their text; an empty value is a missing one. */
function sortValue(cell: HTMLTableCellElement): SortValue {
  const value = cell.dataset.value;
  if (value === undefined) return textOf(cell);
  return value === "" ? null : Number(value);
}

function textOf(cell: HTMLTableCellElement): string {
  const copy = cell.cloneNode(true) as HTMLTableCellElement;
  for (const note of copy.querySelectorAll(".note")) note.remove();
  return copy.textContent ?? "";
}

/** What the table says, in the order that it is shown in: numbers with all their digits. */
function csvOf(table: HTMLTableElement): string {
  const heads = [...table.tHead!.rows[0]!.cells].map((head) => head.dataset.name ?? "");
  const rows = [...table.tBodies[0]!.rows].map((row) => [...row.cells].map((cell) => cell.dataset.value ?? textOf(cell)));
  return [heads, ...rows].map((row) => `${row.map(csvField).join(",")}\n`).join("");
}
