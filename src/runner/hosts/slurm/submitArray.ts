import {join} from "node:path";
import type {Environment} from "../../../environment/environment.js";
import type {AttemptPlan} from "../../attempt/attemptPlan.js";
import {GIBIBYTE} from "../../host/gibibyte.js";
import {shellWord} from "../../host/shellWord.js";
import type {Job} from "../job.js";
import {withFolders} from "../launchPlanned.js";
import {hostProgram} from "../launchWorker.js";
import {writeWhereabouts} from "../whereabouts.js";
import {slurmCommand} from "./slurmCommand.js";
import {leaveTask} from "./taskFiles.js";

/** Puts planned attempts into Slurm's queue: one array, a task for each. Their folders are made, on a disk that all nodes share. */
export async function submitArray(
  plans: readonly AttemptPlan[],
  environment: Environment,
  job: Omit<Job, "ids">,
  partition: string | null,
): Promise<void> {
  await withFolders(job.out, plans, async () => {
    const folders = plans.map(({id}) => join(job.out, id));
    for (const [i, folder] of folders.entries()) leaveTask(folder, {...job, parallel: 1, ids: [plans[i]!.id]});
    const said = await slurmCommand("sbatch", sbatchArguments(plans, environment, job, partition), jobScript(job.out, plans));
    const id = Number.parseInt(said.trim().split("\n").at(-1)!, 10); // NUMBER, or NUMBER;CLUSTER
    for (const [task, folder] of folders.entries()) writeWhereabouts(folder, {kind: "slurm", partition, job: id, task});
  });
}

/** For the runner itself, beside the memory that attempts may use. */
const RUNNER_MEBIBYTES = 1024;
/** For preparing, pauses and the final score; a task that runs out of it pauses its attempt, which can be taken up again. */
const SPARE_SECONDS = 1800;
const WARNING_SECONDS = 120;

function sbatchArguments(
  plans: readonly AttemptPlan[],
  environment: Environment,
  {parallel, cwd}: Pick<Job, "parallel" | "cwd">,
  partition: string | null,
): string[] {
  const {tier, limits, timeLimitSeconds, gpus: named} = plans[0]!;
  const {gpus, cpus, memoryGb} = environment.tiers[tier]!.machine;
  const gpuCount = named.length || gpus;
  const memory = Math.ceil((limits.memoryBytes ?? memoryGb * GIBIBYTE) / 2 ** 20) + RUNNER_MEBIBYTES;
  const scoringSeconds = environment.runner!.scoringTimeoutSeconds[tier] ?? 0;
  return [
    ...["--parsable", `--job-name=rebench-${environment.name}`, `--array=0-${plans.length - 1}%${parallel}`],
    ...(partition === null ? [] : [`--partition=${partition}`]),
    ...["--nodes=1", "--ntasks=1", `--cpus-per-task=${cpus}`, `--mem=${memory}M`],
    ...(gpuCount === 0 ? [] : [`--gres=gpu:${gpuCount}`]),
    `--time=${Math.ceil((timeLimitSeconds + 2 * scoringSeconds + SPARE_SECONDS) / 60)}`,
    ...["--requeue", `--signal=B:TERM@${WARNING_SECONDS}`, "--output=/dev/null", `--chdir=${cwd}`],
  ];
}

/** No secrets: Slurm keeps job scripts. */
const jobScript = (out: string, plans: readonly Pick<AttemptPlan, "id">[]): string =>
  `#!/bin/sh
set -- ${plans.map(({id}) => shellWord(id)).join(" ")}
shift "$SLURM_ARRAY_TASK_ID"
folder=${shellWord(out)}/$1
exec ${shellWord(process.execPath)} ${shellWord(hostProgram)} task "$folder" >>"$folder/runner.log" 2>&1 </dev/null
`;
