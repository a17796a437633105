import {RebenchError} from "../../../errors.js";
import type {QueuedWhereabouts} from "../whereabouts.js";
import {slurmCommand} from "./slurmCommand.js";

/** A task of a job array, as Slurm has it: its state, such as PENDING or TIMEOUT, and why it waits. */
export type Task = {state: string; reason: string};

export type Queue = (where: QueuedWhereabouts) => Task | undefined;

const keyOf = (job: number | string, task: number | string) => `${job}_${task}`;

/** Tasks of some jobs: those in the queue, those that have just left it, and where accounts are kept all others. */
export async function readQueue(jobs: readonly number[]): Promise<Queue> {
  const tasks = new Map<string, Task>();
  for (const job of new Set(jobs)) {
    for (const line of [...(await accounts(job)), ...(await queued(job))]) tasks.set(line.key, line);
  }
  return ({job, task}) => tasks.get(keyOf(job, task));
}

type Line = Task & {key: string};

async function queued(job: number): Promise<Line[]> {
  const args = ["--noheader", "--array", "--states=all", "--format=%F|%K|%T|%r", `--jobs=${job}`];
  const text = await slurmCommand("squeue", args).catch((error: unknown) => {
    if (error instanceof RebenchError && /Invalid job id/i.test(error.problem)) return ""; // it has left the queue
    throw error;
  });
  return text.split("\n").flatMap((line) => {
    const [id, task, state, reason] = line.trim().split("|");
    return reason === undefined ? [] : [{key: keyOf(id!, task!), state: state!, reason}];
  });
}

/** Many clusters keep no accounts: then the queue is all there is. */
async function accounts(job: number): Promise<Line[]> {
  const text = await slurmCommand("sacct", ["--noheader", "--parsable2", "--allocations", "--format=JobID,State", `--jobs=${job}`]).catch(
    () => "",
  );
  return text.split("\n").flatMap((line) => {
    const [, key, state] = /^(\d+_\d+)\|([A-Z_]+)/.exec(line) ?? [];
    return state === undefined ? [] : [{key: key!, state, reason: ""}];
  });
}

/** Has a turn, or will have one. One that is completing may be on its way back into the queue. */
export const isUnderWay = (task: Task | undefined): boolean =>
  task !== undefined &&
  /^(?:PENDING|CONFIGURING|RUNNING|COMPLETING|REQUEUED|REQUEUE_HOLD|REQUEUE_FED|RESIZING|SUSPENDED|STOPPED|SPECIAL_EXIT)$/.test(task.state);
