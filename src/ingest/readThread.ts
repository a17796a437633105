import {parentPort, workerData} from "node:worker_threads";
import {catalogueOf} from "../environment/catalogue.js";
import {RebenchError} from "../errors.js";
import {readBatches} from "./readBatches.js";
import type {ThreadData, ThreadMessage} from "./readInThread.js";

// The thread that readInThread.ts starts: one batch for each "next".
const port = parentPort!;
const {file, environments, ...options} = workerData as ThreadData;
const batches = readBatches(file, {...options, catalogue: catalogueOf(environments)});
const say = (message: ThreadMessage) => port.postMessage(message);
let turn: Promise<void> = Promise.resolve();

port.on("message", () => {
  turn = turn.then(sayNext);
});

async function sayNext(): Promise<void> {
  try {
    const next = await batches.next();
    say(next.done ? {end: next.value} : {batch: next.value});
    if (next.done) port.close();
  } catch (error) {
    const {message} = error as Error;
    say({failure: error instanceof RebenchError ? {code: error.code, problem: error.problem, hint: error.hint} : {message}});
    port.close();
  }
}
