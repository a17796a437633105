import {availableParallelism} from "node:os";
import {join} from "node:path";
import {Worker} from "node:worker_threads";
import {packageFolder} from "../../assets.js";
import {blocksOf, type Job} from "./job.js";
import {blockRunner} from "./runBlock.js";
import {DONE, FAILED, type Shared, workOn} from "./share.js";

/** Draws in a job from which on another thread is worth waking, and in a process from which on one is worth starting (some 40 ms). */
const WORTH_WAKING = 200_000;
const WORTH_STARTING = 20_000_000;
const MOST_THREADS = 8;
/** How long the others may be silent before all is done again here, for each million of draws in a block, and at least. */
const PATIENCE_MILLISECONDS = 1000;
const LEAST_PATIENCE_MILLISECONDS = 30_000;

const helpers: Worker[] = [];
let drawsSoFar = 0;

/**
 * Starts on a job in other threads, where they are wanted. What is returned draws the blocks that are left on this one, and returns
 * when all are done. The numbers are the same on any number of threads.
 *
 * @param threads How many; null for as many as there are cores, where they pay.
 */
export function startJob(job: Job, threads: number | null): () => void {
  const blocks = blocksOf(job);
  const work = drawsOf(job);
  drawsSoFar += work;
  const wanted = Math.min(threads ?? threadsThatPay(work), blocks);
  if (wanted <= 1) return () => runAlone(job, blocks);
  const shared: Shared = {job, blocks, state: new Int32Array(new SharedArrayBuffer(12))};
  for (const helper of helpersFor(wanted - 1)) helper.postMessage(shared);
  const patience = Math.max(LEAST_PATIENCE_MILLISECONDS, (PATIENCE_MILLISECONDS * work) / blocks / 1e6);
  return () => {
    workOn(shared);
    if (!allDone(shared, patience) || Atomics.load(shared.state, FAILED) !== 0) runAlone(job, blocks);
  };
}

function runAlone(job: Job, blocks: number): void {
  const run = blockRunner(job);
  for (let block = 0; block < blocks; ++block) run(block);
}

/** Attempts drawn, and what is computed with them in the same measure. */
function drawsOf({environments, replicates, standardErrors}: Job): number {
  const attempts = environments.reduce((sum, {scores}) => sum + scores.length, 0);
  return attempts * replicates * (standardErrors === null ? 1 : 4);
}

function threadsThatPay(work: number): number {
  const started = helpers.length + 1;
  if (work < WORTH_WAKING) return 1;
  return drawsSoFar < WORTH_STARTING && started === 1 ? 1 : Math.min(availableParallelism(), MOST_THREADS);
}

/** Threads start on their own while this one works; one that comes late finds nothing left to do. */
function helpersFor(count: number): Worker[] {
  while (helpers.length < count) {
    const helper = new Worker(join(packageFolder, "dist", "score", "resample", "thread.js"));
    helper.on("error", () => helpers.splice(helpers.indexOf(helper), 1)); // its blocks are done again here
    helper.unref(); // waits for work, and does not keep the program alive
    helpers.push(helper);
  }
  return helpers.slice(0, count);
}

/** Waits for blocks that others have taken; false when they are silent for too long. */
function allDone({blocks, state}: Shared, patienceMilliseconds: number): boolean {
  for (;;) {
    const done = Atomics.load(state, DONE);
    if (done >= blocks) return true;
    if (Atomics.wait(state, DONE, done, patienceMilliseconds) === "timed-out") return false;
  }
}
