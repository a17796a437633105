import type {Attempt, FlagEvent} from "../record/attempt.js";
import {canonicalAttempt} from "../record/canonicalAttempt.js";
import {type AttemptColumns, attemptColumns, COLUMN_NAMES} from "./attemptColumns.js";

/** Attempts on their way into the store, in a few large texts: these pass between threads and into DuckDB at little cost. */
export type AttemptBatch = {
  ids: string[];
  /** Line i is the record of attempt i as JSON, without flags and provenance. */
  records: string;
  /** The other columns of the table as JSON, a list each, in the same order. */
  columns: string;
  /** The flag events of those attempts that bring any. */
  flags: {index: number; events: FlagEvent[]}[];
};

/** Collects attempts into batches. */
export class BatchBuilder {
  private ids: string[] = [];
  private records: string[] = [];
  private rows: AttemptColumns[] = [];
  private flags: AttemptBatch["flags"] = [];

  get size(): number {
    return this.ids.length;
  }

  /** `record` is the attempt as one line of JSON without flags and provenance, where there is one: writing it costs as much as reading. */
  add(attempt: Attempt, record: string | null): void {
    if (attempt.flags.length > 0) this.flags.push({index: this.ids.length, events: attempt.flags});
    this.ids.push(attempt.id);
    this.records.push(record ?? recordOf(attempt)); // without a line break: JSON escapes them
    this.rows.push(attemptColumns(attempt));
  }

  /** What was collected since the last time. */
  take(): AttemptBatch {
    const columns = Object.fromEntries(COLUMN_NAMES.map((name) => [name, this.rows.map((row) => row[name])]));
    const batch = {ids: this.ids, records: this.records.join("\n"), columns: JSON.stringify(columns), flags: this.flags};
    [this.ids, this.records, this.rows, this.flags] = [[], [], [], []];
    return batch;
  }
}

/** The part of an attempt that makes it the same attempt, all but its flags and where it was read from, as canonical JSON. */
export const recordOf = (attempt: Attempt): string => JSON.stringify(canonicalAttempt(attempt, {flags: [], provenance: null}));

/** The attempts at some positions of a batch, without their flags. */
export function pick({ids, records, columns}: AttemptBatch, indexes: readonly number[]): AttemptBatch {
  if (indexes.length === ids.length) return {ids, records, columns, flags: []};
  const lines = records.split("\n");
  const lists = JSON.parse(columns) as Record<string, unknown[]>;
  const picked = Object.entries(lists).map(([name, list]) => [name, indexes.map((index) => list[index])]);
  return {
    ids: indexes.map((index) => ids[index]!),
    records: indexes.map((index) => lines[index]!).join("\n"),
    columns: JSON.stringify(Object.fromEntries(picked)),
    flags: [],
  };
}
