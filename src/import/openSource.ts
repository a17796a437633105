import {basename} from "node:path";
import {detectFormat} from "./detect.js";
import {readHumanCsv} from "./humanCsv.js";
import {readMetr} from "./metr.js";
import {openTextFile} from "./readFile.js";
import {readRecord} from "./records.js";
import type {FileContent, Format, ImportContext, Row} from "./row.js";

/** A source file being read: rows in batches, in file order. `sha256` and `notes` are complete once `batches` is used up. */
export type Source = {fileName: string; format: Format; batches: AsyncIterable<Row[]>; sha256(): string; notes: string[]};

const BATCH_ROWS = 5_000;
const HEAD_CHARACTERS = 65_536;

/** Opens a file, recognises its format unless it is given, and reads it. Run records stream; the other formats are small. */
export async function openSource(file: string, format: Format | "auto", context: Omit<ImportContext, "fileName">): Promise<Source> {
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
  const fullContext = {...context, fileName};
  const batches =
    detected === "records"
      ? recordBatches(text, fullContext)
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
): AsyncGenerator<Row[]> {
  const parts: string[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  const content = read(parts.join(""), context);
  notes.push(...content.notes);
  for (let i = 0; i < content.rows.length; i += BATCH_ROWS) yield content.rows.slice(i, i + BATCH_ROWS);
}

async function* recordBatches(chunks: AsyncIterable<string>, context: ImportContext): AsyncGenerator<Row[]> {
  let batch: Row[] = [];
  for await (const {text, line} of lines(chunks)) {
    batch.push(readRecord(text, line, context));
    if (batch.length === BATCH_ROWS) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** The lines that hold something, with their 1-based numbers. */
async function* lines(chunks: AsyncIterable<string>): AsyncGenerator<{text: string; line: number}> {
  let line = 0;
  let rest = "";
  for await (const chunk of chunks) {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop()!;
    for (const text of parts) {
      ++line;
      if (text.trim() !== "") yield {text, line};
    }
  }
  if (rest.trim() !== "") yield {text: rest, line: line + 1};
}
