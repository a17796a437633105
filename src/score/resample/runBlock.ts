import {attemptsBlock} from "./attemptsBlock.js";
import {environmentsBlock} from "./environmentsBlock.js";
import {BLOCK, type Job} from "./job.js";
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
    const last = Math.min(first + BLOCK, job.replicates);
    for (const arrays of [job.values, job.standardErrors, job.leftOut]) for (const array of arrays ?? []) array.fill(0, first, last);
    draw(block, first, last);
  };
}
