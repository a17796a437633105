import type {Job} from "./job.js";
import {blockRunner} from "./runBlock.js";

/** What threads tell each other: the next block that nobody has taken, blocks that are done, and whether one failed. */
export const NEXT = 0;
export const DONE = 1;
export const FAILED = 2;

export type Shared = {job: Job; blocks: number; state: Int32Array};

/** Takes blocks until none is left. */
export function workOn({job, blocks, state}: Shared): void {
  let run: ((block: number) => void) | null = null;
  for (;;) {
    const block = Atomics.add(state, NEXT, 1);
    if (block >= blocks) return;
    try {
      run ??= blockRunner(job);
      run(block);
    } catch {
      Atomics.store(state, FAILED, 1); // the main thread meets the same error when it does the work again, and reports it
    }
    Atomics.add(state, DONE, 1);
    Atomics.notify(state, DONE);
  }
}
