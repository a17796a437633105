import {parentPort} from "node:worker_threads";
import {coverage, type StudyOptions} from "./coverage.js";
import type {Setting} from "./design.js";

export type Task = {id: number; setting: Setting; first: number; last: number} & StudyOptions;

parentPort!.on("message", ({id, setting, ...range}: Task) => {
  parentPort!.postMessage({id, tallies: coverage(setting, range)});
});
