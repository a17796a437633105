import {on} from "node:events";
import {join} from "node:path";
import {Worker} from "node:worker_threads";
import {packageFolder} from "../assets.js";
import type {Environment} from "../environment/environment.js";
import {type ErrorCode, RebenchError} from "../errors.js";
import type {ReadBatch, ReadOptions, SourceEnd} from "./readBatches.js";

/** What the thread is started with: `ReadOptions` without functions. */
export type ThreadData = {file: string; environments: readonly Environment[]} & Omit<ReadOptions, "catalogue">;

/** What the thread says. */
export type ThreadMessage =
  | {batch: ReadBatch}
  | {end: SourceEnd}
  | {failure: {code: ErrorCode; problem: string; hint: string} | {message: string}};

/** Batches that the thread reads ahead. */
const AHEAD = 2;
/** Memory for short-lived objects: reading makes many, and V8's default has them copied too often. */
const YOUNG_GENERATION_MB = 96;

/** The same as `readBatches`, in a thread of its own, a few batches ahead. For large files: starting it takes a moment. */
export async function* readInThread(file: string, options: ReadOptions): AsyncGenerator<ReadBatch, SourceEnd> {
  const {catalogue, format, humanTimeLimitSeconds, columnMap, fileName} = options;
  const workerData: ThreadData = {file, environments: catalogue.environments, format, humanTimeLimitSeconds, columnMap, fileName};
  const worker = new Worker(join(packageFolder, "dist", "ingest", "readThread.js"), {
    workerData,
    resourceLimits: {maxYoungGenerationSizeMb: YOUNG_GENERATION_MB},
  });
  try {
    for (let i = 0; i < AHEAD; ++i) worker.postMessage("next");
    for await (const [message] of on(worker, "message") as AsyncIterable<[ThreadMessage]>) {
      if ("end" in message) return message.end;
      if ("failure" in message) throw failure(message.failure);
      worker.postMessage("next");
      yield message.batch;
    }
    throw new Error("the reading thread ended early");
  } finally {
    await worker.terminate();
  }
}

const failure = (cause: {code: ErrorCode; problem: string; hint: string} | {message: string}): Error =>
  "code" in cause ? new RebenchError(cause.code, cause) : new Error(cause.message);
