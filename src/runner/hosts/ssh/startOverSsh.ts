import {join} from "node:path";
import type {AttemptPlan} from "../../attempt/attemptPlan.js";
import type {Job} from "../job.js";
import {writePlans} from "../prepareRun.js";
import type {RunRequest} from "../runRequest.js";
import {type RemoteWhereabouts, writeWhereabouts} from "../whereabouts.js";
import {installRunner} from "./installRunner.js";
import {packRunner} from "./packRunner.js";
import {probeHost} from "./probeHost.js";
import {askRemote} from "./remoteProgram.js";

/**
 * Starts attempts on a host: the runner is installed there where it is missing, finds Python, prepares data, plans, and goes on by itself.
 * Here a folder for each attempt says where it is.
 *
 * @param job As for this machine; its folders and files are sent.
 */
export async function startOverSsh(host: string, request: RunRequest, job: Omit<Job, "ids">): Promise<AttemptPlan[]> {
  const remote = await probeHost(host, request.python === null);
  const packed = packRunner({...job, environment: request.environment});
  const runner = await installRunner(remote, packed);
  const there: Omit<Job, "ids"> = {
    ...job,
    out: remote.runs,
    cwd: remote.home,
    environmentsDirs: packed.environmentsDirs.map((folder) => `${runner}/${folder}`),
    pricesFile: packed.pricesFile === null ? null : `${runner}/${packed.pricesFile}`,
  };
  const {node, path, runs} = remote;
  const {plans} = await askRemote<{plans: AttemptPlan[]}>({host, runner, node, path}, "start", {request, job: there});
  writePlans(job.out, plans);
  for (const {id} of plans) {
    const where: RemoteWhereabouts = {kind: "ssh", host, folder: `${runs}/${id}`, runner, node, path, isComplete: false};
    writeWhereabouts(join(job.out, id), where);
  }
  return plans;
}
