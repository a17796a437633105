import {basename} from "node:path";
import type {Catalogue} from "../environment/catalogue.js";
import {openSource} from "../import/openSource.js";
import type {Format, Problem, Row} from "../import/row.js";
import type {Attempt} from "../record/attempt.js";
import {type AttemptBatch, BatchBuilder} from "../store/attemptBatch.js";
import {factsOf} from "./attemptFacts.js";
import {oddFlags} from "./oddFlags.js";

export type ReadOptions = {
  format: Format | "auto";
  catalogue: Catalogue;
  humanTimeLimitSeconds: number;
  columnMap: Readonly<Record<string, string>>;
  /** The name to derive ids from, where it is not the file's: that under which the same bytes were imported before. */
  fileName?: string | undefined;
};

export type RejectedRow = Extract<Row, {problems: Problem[]}>;

/** Some rows of a source, ready for the store. `facts` say of each attempt what the summary counts. */
export type ReadBatch = {read: number; attempts: AttemptBatch; facts: string[]; rejected: RejectedRow[]};

/** What is known of a source once it is read. */
export type SourceEnd = {fileName: string; format: Format; sha256: string; notes: string[]};

const BATCH_ATTEMPTS = 5_000;

/** Reads a file to its end: validates its rows, flags what is odd in them, and collects them in batches for the store. */
export async function* readBatches(file: string, options: ReadOptions): AsyncGenerator<ReadBatch, SourceEnd> {
  const {catalogue, humanTimeLimitSeconds, columnMap, fileName} = options;
  const source = await openSource(file, options.format, {catalogue, humanTimeLimitSeconds, columnMap, fileName});
  const builder = new BatchBuilder();
  let [read, facts, rejected]: [number, string[], RejectedRow[]] = [0, [], []];
  const take = (): ReadBatch => {
    const batch = {read, attempts: builder.take(), facts, rejected};
    [read, facts, rejected] = [0, [], []];
    return batch;
  };
  for await (const rows of source.batches) {
    for (const each of rows) {
      ++read;
      const row = withOddFlags(each, catalogue);
      if ("problems" in row) rejected.push(row);
      else {
        builder.add(row.attempt, row.isRecord ? row.text.trim() : null);
        facts.push(factsOf(row.attempt));
      }
      if (builder.size + rejected.length >= BATCH_ATTEMPTS) yield take();
    }
  }
  yield take();
  return {fileName: basename(file), format: source.format, sha256: source.sha256(), notes: source.notes};
}

/** The row with what looks odd in it flagged; a problem where its text could not be stored. */
function withOddFlags(row: Row, catalogue: Catalogue): Row {
  if ("problems" in row) return row;
  const {attempt, line, text} = row;
  if (hasBrokenUnicode(row)) {
    const expected = "valid Unicode text (an escape such as \\ud800 stands alone)";
    return {line, text, problems: [{line, field: null, found: null, expected}]};
  }
  const flags = oddFlags(attempt, catalogue.find(attempt.environment)!);
  return flags.length === 0 ? row : {...row, attempt: {...attempt, flags: [...attempt.flags, ...flags]}};
}

/** Half of a surrogate pair cannot be written as UTF-8: it would come out of the store as another character. */
function hasBrokenUnicode({text, attempt}: {text: string; attempt: Attempt}): boolean {
  if (!/\\u[dD]/.test(text)) return false; // it can only come from an escape: the file itself is valid UTF-8
  return /(?<!\\)(?:\\\\)*\\ud[89a-f][0-9a-f]{2}/.test(JSON.stringify(attempt)); // JSON.stringify escapes lone halves only
}
