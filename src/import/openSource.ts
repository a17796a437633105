import {basename} from "node:path";
import {formatDuration} from "../duration.js";
import {RebenchError} from "../errors.js";
import {detectFormat} from "./detect.js";
import {readHumanCsv} from "./humanCsv.js";
import {readMetr} from "./metr.js";
import {openTextFile} from "./readFile.js";
import {readRecord} from "./records.js";
import type {FileContent, Format, ImportContext, Row} from "./row.js";

/** A source file being read: rows in file order, each made when it is asked for. `sha256` and `notes` are complete once `batches` is used up. */
export type Source = {fileName: string; format: Format; batches: AsyncIterable<Iterable<Row>>; sha256(): string; notes: string[]};

const HEAD_CHARACTERS = 65_536;
/** Characters of one record: a score log of a million entries fits. */
const LONGEST_LINE = 64 * 2 ** 20;
/** Characters of a file that is read at once, below the longest string of V8. */
const MOST_CHARACTERS = 256 * 2 ** 20;

/**
 * Opens a file, recognises its format unless it is given, and reads it. Run records stream; the other formats are small.
 *
 * @param context `fileName` where ids are to be derived from another name than the file's.
 */
export async function openSource(
  file: string,
  format: Format | "auto",
  context: Omit<ImportContext, "fileName"> & {fileName?: string | undefined},
): Promise<Source> {
  const {chunks, sha256} = await openTextFile(file);
  const fileName = basename(file);
  const iterator = chunks[Symbol.asyncIterator]();
  let head = "";
  let done = false;
  while (!done && head.length < HEAD_CHARACTERS) {
    const next = await iterator.next();
    done = next.done === true;
    if (!next.done) head += next.value;
  }
  const detected = format === "auto" ? detectFormat(head, fileName) : format;
  const notes: string[] = [];
  const text = rejoin(head, iterator);
  const fullContext = {...context, fileName: context.fileName ?? fileName};
  const batches =
    detected === "records"
      ? recordBatches(text, fullContext, notes)
      : wholeFile(text, detected === "metr" ? readMetr : readHumanCsv, fullContext, notes);
  return {fileName, format: detected, batches, sha256, notes};
}

async function* rejoin(head: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

async function* wholeFile(
  chunks: AsyncIterable<string>,
  read: (text: string, context: ImportContext) => FileContent,
  context: ImportContext,
  notes: string[],
): AsyncGenerator<Iterable<Row>> {
  const parts: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length > MOST_CHARACTERS) throw tooLong(`${context.fileName} has more than ${MOST_CHARACTERS.toLocaleString("en")} characters`);
  }
  const content = read(parts.join(""), context);
  notes.push(...content.notes);
  yield content.rows;
}

const tooLong = (problem: string) =>
  new RebenchError("invalid-record", {problem, hint: "Nothing was imported. Check that it is the file you mean, or divide it."});

async function* recordBatches(chunks: AsyncIterable<string>, context: ImportContext, notes: string[]): AsyncGenerator<Iterable<Row>> {
  let line = 0;
  let assumed = 0;
  let rest = "";
  function* read(texts: readonly string[]): Generator<Row> {
    for (const text of texts) {
      ++line;
      if (text.trim() === "") continue;
      const row = readRecord(text, line, context);
      if (row.limitAssumed) ++assumed;
      yield row;
    }
  }
  for await (const chunk of chunks) {
    const texts = (rest + chunk).split("\n");
    rest = texts.pop()!;
    if (rest.length > LONGEST_LINE) {
      throw tooLong(
        `${context.fileName}:${line + texts.length + 1}: the line is longer than ${LONGEST_LINE.toLocaleString("en")} characters`,
      );
    }
    yield read(texts);
  }
  yield read([rest]);
  if (assumed === 0) return;
  const attempts = assumed === 1 ? "1 human attempt" : `${assumed} human attempts`;
  notes.push(`No time limit is recorded for ${attempts}; ${formatDuration(context.humanTimeLimitSeconds)} assumed.`);
}
