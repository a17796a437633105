import {type ChildProcess, execFileSync, spawn} from "node:child_process";
import {randomBytes} from "node:crypto";
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {hostname, tmpdir} from "node:os";
import {join} from "node:path";
import {freePort} from "./sshd.js";
import {onPath, until} from "./toy.js";

/** Why there is no Slurm to test with; null where there is. */
export const noSlurm = (): string | null => {
  if (["slurmctld", "slurmd", "sbatch", "squeue"].some((name) => !onPath(name))) return "Slurm (apt-get install slurm-wlm)";
  if (!onPath("munged")) return "munged (apt-get install munge)";
  return process.getuid!() === 0 ? null : "root, as whom a node runs jobs";
};

export type Cluster = {
  /** For the environment variable SLURM_CONF. */
  conf: string;
  /** Of processes that belong to the cluster. */
  pids: number[];
  close(): Promise<void>;
};

/** A cluster of this machine alone, with a partition `toy`, and keys, ports and folders of its own. */
export async function startCluster(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), "rc-"));
  for (const name of ["munge", "state", "spool"]) mkdirSync(join(folder, name));
  const conf = join(folder, "slurm.conf");
  const socket = join(folder, "munge", "socket");
  writeFileSync(join(folder, "munge", "key"), randomBytes(1024), {mode: 0o400});
  writeFileSync(conf, configuration(folder, socket, await freePort(), await freePort()));
  const path = {...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, SLURM_CONF: conf};
  const started: ChildProcess[] = [];
  const start = (program: string, args: string[]) => started.push(spawn(program, args, {env: path, stdio: "ignore"}));
  const file = (name: string) => join(folder, "munge", name);
  start("munged", [
    ...["--foreground", "--force", `--socket=${socket}`, `--key-file=${file("key")}`, `--pid-file=${file("pid")}`],
    ...[`--log-file=${file("log")}`, `--seed-file=${file("seed")}`],
  ]);
  await until(() => isAnswering("munge", ["-n", `--socket=${socket}`], path));
  start("slurmctld", ["-D", "-f", conf]);
  start("slurmd", ["-D", "-f", conf]);
  try {
    await until(() => /\bidle\b/.test(said("sinfo", ["-h", "-o", "%t"], path)));
  } catch (error) {
    throw new Error(`no cluster: ${["slurmctld.log", "slurmd.log"].map((name) => tail(join(folder, name))).join("\n")}`, {cause: error});
  }
  return {
    conf,
    pids: started.map(({pid}) => pid!),
    async close() {
      for (const each of started.reverse()) {
        each.kill("SIGTERM");
        await until(() => each.exitCode !== null || each.signalCode !== null, 10).catch(() => each.kill("SIGKILL"));
      }
      rmSync(folder, {recursive: true, force: true});
    },
  };
}

/** Jobs that are put back into the queue wait until their credentials have expired: two minutes elsewhere. */
const configuration = (folder: string, socket: string, controller: number, node: number) => `ClusterName=toy
SlurmctldHost=${hostname()}(127.0.0.1)
SlurmctldPort=${controller}
SlurmdPort=${node}
AuthInfo=socket=${socket},cred_expire=5
SlurmUser=root
SlurmdUser=root
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
ReturnToService=2
SchedulerParameters=sched_interval=2,batch_sched_delay=0
KillWait=10
NodeName=${hostname()} NodeAddr=127.0.0.1 CPUs=1 RealMemory=4000 State=UNKNOWN
PartitionName=toy Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;

function said(program: string, args: string[], env: NodeJS.ProcessEnv): string {
  try {
    return execFileSync(program, args, {env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 10_000});
  } catch {
    return "";
  }
}

const isAnswering = (program: string, args: string[], env: NodeJS.ProcessEnv): boolean => said(program, args, env) !== "";

function tail(file: string): string {
  try {
    return readFileSync(file, "utf8").slice(-1500);
  } catch {
    return `${file} is not there`;
  }
}
