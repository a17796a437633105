import {join, resolve} from "node:path";
import {RebenchError} from "../errors.js";
import {parseAgentSpec} from "../runner/agents/parseAgentSpec.js";
import type {AttemptPlan} from "../runner/attempt/attemptPlan.js";
import type {HostSpec} from "../runner/hosts/hostSpec.js";
import {launchPlanned} from "../runner/hosts/launchPlanned.js";
import {modelVariables} from "../runner/hosts/modelVariables.js";
import {placeOf} from "../runner/hosts/placeOf.js";
import {checkRequest, prepareRun} from "../runner/hosts/prepareRun.js";
import type {RunRequest} from "../runner/hosts/runRequest.js";
import {submitArray} from "../runner/hosts/slurm/submitArray.js";
import {startOverSsh} from "../runner/hosts/ssh/startOverSsh.js";
import {checkModels} from "./checkModels.js";
import {concludeFollowing, followAttempts} from "./followAttempts.js";
import type {RunFlags} from "./runCommand.js";
import {makeFolder} from "./runRun.js";
import {statusTable} from "./runRuns.js";
import {bold, notice} from "./terminal.js";

/** Attempts in another process: in the background of this machine, or on another. */
export async function runElsewhere(request: RunRequest, host: HostSpec, flags: RunFlags): Promise<void> {
  checkRequest(request, flags.environmentsDir, new Date());
  checkAgent(request);
  checkModels(request);
  const out = resolve(flags.out);
  makeFolder(out, flags.out);
  const plans = await begin(request, host, out, flags);
  if (flags.detach) return sayWhere(plans, flags);
  const attempts = plans.map((plan) => ({plan, folder: join(out, plan.id)}));
  if (!flags.json) for (const {id} of plans) notice(id);
  const followed = await followAttempts(attempts, placeOf(attempts[0]!), flags.json ? "json" : "lines");
  if (!flags.json && !followed.isInterrupted) {
    process.stdout.write(`${statusTable([...followed.statuses.values()])}\n\n${bold("Next")}  rebench import ${flags.out}/\n`);
  }
  concludeFollowing(followed, flags.out);
}

async function begin(request: RunRequest, host: HostSpec, out: string, flags: RunFlags): Promise<AttemptPlan[]> {
  const environmentsDirs = flags.environmentsDir.map((folder) => resolve(folder));
  const shared = {
    parallel: flags.parallel,
    environmentsDirs,
    pricesFile: flags.prices === undefined ? null : resolve(flags.prices),
    cwd: process.cwd(),
    models: modelVariables(process.env),
  };
  if (host.kind === "ssh") return startOverSsh(host.host, request, {...shared, out});
  const {plans, environment} = await prepareRun(request, environmentsDirs, new Date());
  if (host.kind === "slurm") await submitArray(plans, environment, {...shared, out}, host.partition);
  else await launchPlanned({...shared, out}, plans);
  return plans;
}

/** What would end an attempt at its beginning is said here, where somebody reads it. */
function checkAgent({agent}: RunRequest): void {
  if (parseAgentSpec(agent).kind === "human") {
    throw new RebenchError("usage", {
      problem: "--agent human needs this terminal",
      hint: "Run it without --detach and --host, on the machine at which the person sits.",
    });
  }
}

function sayWhere(plans: readonly AttemptPlan[], {json, out}: RunFlags): void {
  const ids = plans.map(({id}) => id);
  if (json) process.stdout.write(`${JSON.stringify({attempts: ids})}\n`);
  else {
    const runs = out === "runs" ? "" : ` --runs ${out}`;
    const next = `${bold("Next")}  rebench runs${runs}, rebench attach ID${runs}, rebench stop ID${runs}`;
    process.stdout.write(`${ids.join("\n")}\n\n${next}\n`);
  }
}
