import {parentPort} from "node:worker_threads";
import {workOn} from "./share.js";

// A thread that helps with the blocks of jobs. It never answers by message: the arrays are shared.
parentPort!.on("message", workOn);
