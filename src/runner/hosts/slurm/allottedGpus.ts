/**
 * Numbers of the GPUs that Slurm has given to this task; null where it says nothing.
 *
 * @example allottedGpus({SLURM_JOB_GPUS: "0,2-3"}) // => [0, 2, 3]
 * @example allottedGpus({}) // => null
 */
export function allottedGpus({SLURM_STEP_GPUS, SLURM_JOB_GPUS}: NodeJS.ProcessEnv): number[] | null {
  const text = SLURM_STEP_GPUS || SLURM_JOB_GPUS;
  if (!text || !/^[\d,-]+$/.test(text)) return null;
  return text.split(",").flatMap((part) => {
    const [first, last = first] = part.split("-").map(Number) as [number, number?];
    return Array.from({length: last! - first + 1}, (_, i) => first + i);
  });
}
