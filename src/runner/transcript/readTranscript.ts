import {createReadStream} from "node:fs";
import {TextDecoder} from "node:util";
import {RebenchError} from "../../errors.js";
import {type TranscriptEntry, transcriptEntrySchema} from "./transcriptEntry.js";

/** A line that is no entry. `torn`: the last one, which was not written to its end. */
export type BadLine = {what: "torn" | "damaged"; bytes: number; why: string};

/** From 1. */
export type TranscriptLine = {line: number} & ({entry: TranscriptEntry; bad: null} | {entry: null; bad: BadLine});

/** The writer's longest lines are a fraction of it. */
const MOST_LINE_BYTES = 16 * 2 ** 20;

/**
 * The lines of a transcript in order, of which one is in memory at a time. Those that cannot be read are told, not passed over.
 *
 * @throws RebenchError `unreadable-file`.
 */
export async function* readTranscript(file: string): AsyncGenerator<TranscriptLine> {
  const decoder = new TextDecoder("utf-8", {fatal: true});
  let line = 0;
  for await (const {bytes, length, isEnded} of linesOf(file)) {
    ++line;
    if (!isEnded) yield {line, entry: null, bad: {what: "torn", bytes: length, why: "it has no end"}};
    else if (bytes === null) yield {line, entry: null, bad: {what: "damaged", bytes: length, why: "it is too long"}};
    else yield {line, ...entryIn(bytes, decoder)};
  }
}

function entryIn(bytes: Buffer, decoder: TextDecoder): {entry: TranscriptEntry; bad: null} | {entry: null; bad: BadLine} {
  const damaged = (why: string) => ({entry: null, bad: {what: "damaged" as const, bytes: bytes.length, why}});
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(bytes));
  } catch (error) {
    return damaged(error instanceof SyntaxError ? "it is no JSON" : "it is no UTF-8");
  }
  const found = transcriptEntrySchema.safeParse(value);
  if (found.success) return {entry: found.data, bad: null};
  const [issue] = found.error.issues;
  return damaged(issue!.path[0] === "kind" ? "its kind is not known here" : `its ${issue!.path.join(".") || "value"} is wrong`);
}

type RawLine = {bytes: Buffer | null; length: number; isEnded: boolean};

async function* linesOf(file: string): AsyncGenerator<RawLine> {
  let parts: Buffer[] = [];
  let length = 0;
  const take = (isEnded: boolean): RawLine => {
    const taken = {bytes: length > MOST_LINE_BYTES ? null : Buffer.concat(parts), length, isEnded};
    [parts, length] = [[], 0];
    return taken;
  };
  const add = (part: Buffer) => {
    length += part.length;
    if (length > MOST_LINE_BYTES) parts = [];
    else if (part.length > 0) parts.push(part);
  };
  try {
    for await (const chunk of createReadStream(file, {highWaterMark: 256 * 1024}) as AsyncIterable<Buffer>) {
      for (let from = 0; from < chunk.length; ) {
        const newline = chunk.indexOf(0x0a, from);
        add(chunk.subarray(from, newline === -1 ? chunk.length : newline));
        if (newline === -1) break;
        yield take(true);
        from = newline + 1;
      }
    }
  } catch (cause) {
    throw unreadable(file, cause as NodeJS.ErrnoException);
  }
  if (length > 0) yield take(false);
}

function unreadable(file: string, cause: NodeJS.ErrnoException): RebenchError {
  const why = cause.code === "ENOENT" ? "there is no such file" : cause.code === "EISDIR" ? "it is a folder" : cause.message;
  return new RebenchError("unreadable-file", {problem: `cannot read ${file}: ${why}`, hint: "Check its name and permissions.", cause});
}
