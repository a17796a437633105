import {attemptsBlock} from "./attemptsBlock.js";
import {environmentsBlock} from "./environmentsBlock.js";
import {BLOCK, type DrawnBlock, type Job} from "./job.js";
import {peopleBlock} from "./peopleBlock.js";
import {ResampledEnvironment} from "./resampledEnvironment.js";

/** Draws one block of a job's replicates into its arrays. The same numbers however often, and in whatever order. */
export type BlockRunner = (block: number) => void;

/** Sets up what all blocks of a job share. */
export function blockRunner(job: Job): BlockRunner {
  const environments = job.environments.map(({scores, ks}) => new ResampledEnvironment(scores, ks, job.estimator));
  const draw = {attempts: attemptsBlock, environments: environmentsBlock, people: peopleBlock}[job.scheme](job, environments);
  return (block) => {
    const first = block * BLOCK;
    const count = Math.min(BLOCK, job.replicates - first);
    const own = drawnBlock(job, count);
    draw(block, own);
    // whole and at once, so that a block which two threads have drawn is the same as one
    for (const kind of ["values", "standardErrors", "leftOut"] as const) {
      for (const [request, array] of (own[kind] ?? []).entries()) job[kind]![request]!.set(array, first);
    }
    for (const [request, count] of own.redrawn.entries()) job.redrawn[request]![block] = count;
  };
}

function drawnBlock({requests, standardErrors, leftOut}: Job, count: number): DrawnBlock {
  const array = () => new Float64Array(count);
  return {
    count,
    values: requests.map(array),
    standardErrors: standardErrors && requests.map(array),
    leftOut: leftOut && requests.map(array),
    redrawn: new Float64Array(requests.length),
  };
}
