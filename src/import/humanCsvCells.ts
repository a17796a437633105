import {parseCsvDuration} from "./csvDuration.js";
import {type Decimals, type Parsed, parseCsvNumber} from "./csvNumber.js";
import type {CsvRecord} from "./csvTable.js";
import type {Columns, DurationField, Field} from "./humanCsvColumns.js";
import {excerpt} from "./jsonLine.js";
import type {Problem} from "./row.js";

const MISSING = new Set(["", "nan", "na", "n/a", "null"]);

/** Reads the cells of one row by field, and collects what is wrong with them. A missing cell is null. */
export class HumanCsvCells {
  readonly problems: Problem[] = [];

  constructor(
    private readonly record: CsvRecord,
    private readonly columns: Columns,
    private readonly decimals: Decimals,
  ) {}

  /** The text under a field's header; null where there is no column, no text, or `NaN`, `NA`, `n/a`, `null`. */
  text(field: Field): string | null {
    const column = this.columns.byField.get(field);
    return column ? present(this.record.cells[column.index]) : null;
  }

  number(field: Field): number | null {
    return this.parse(field, (text) => parseCsvNumber(text, this.decimals));
  }

  /** Seconds. */
  duration(field: DurationField): number | null {
    const unitSeconds = this.columns.byField.get(field)?.unitSeconds ?? null;
    return this.parse(field, (text) => parseCsvDuration(text, unitSeconds, this.decimals, field));
  }

  parse<T>(field: Field, parser: (text: string) => Parsed<T>): T | null {
    const text = this.text(field);
    if (text === null) return null;
    const parsed = parser(text);
    if ("value" in parsed) return parsed.value;
    this.refuse(field, parsed.expected);
    return null;
  }

  /** Notes that the cell under `field` is not what was expected. */
  refuse(field: Field, expected: string): void {
    const column = this.columns.byField.get(field);
    const found = column ? this.record.cells[column.index] || "an empty cell" : null;
    this.problems.push({line: this.record.line, field: column?.name ?? field, found: found && excerpt(found), expected});
  }

  /** A score column that is not read and yet filled in this row. */
  spareScore(): string | null {
    return this.columns.spareScores.find(({index}) => present(this.record.cells[index]) !== null)?.name ?? null;
  }
}

const present = (cell: string | undefined): string | null => (cell === undefined || MISSING.has(cell.toLowerCase()) ? null : cell);
