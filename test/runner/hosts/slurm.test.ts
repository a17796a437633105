import {execFileSync} from "node:child_process";
import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {attemptSchema} from "../../../src/record/attempt.js";
import {allottedGpus} from "../../../src/runner/hosts/slurm/allottedGpus.js";
import {because} from "../../because.js";
import {type Cluster, noSlurm, startCluster} from "./slurmCluster.js";
import {cannotRun, makeToy, processesWith, type Toy, until} from "./toy.js";

const reason = cannotRun() ?? noSlurm();
const KEY = "sk-test-for-slurm-0123456789";

describe.skipIf(reason !== null)(`attempts on a cluster${because(reason === null ? null : `without ${reason}`)}`, () => {
  const toy = {} as Toy;
  const cluster = {} as Cluster;
  beforeAll(async () => {
    Object.assign(cluster, await startCluster());
    Object.assign(toy, makeToy({SLURM_CONF: cluster.conf, OPENAI_API_KEY: KEY}));
  });
  afterAll(async () => {
    await cluster.close();
    toy.remove();
  });

  type Listed = {id: string; state: string; why: string | null; host: string};
  const statuses = async () => (JSON.parse((await toy.rebench("runs", "--json")).stdout) as {attempts: Listed[]}).attempts;
  const slurm = (program: string, ...args: string[]) =>
    execFileSync(program, args, {encoding: "utf8", env: {...process.env, SLURM_CONF: cluster.conf}});
  const start = async (...more: string[]) => {
    const {status, stdout, stderr} = await toy.rebench(...toy.args("--host", "slurm:toy", "--detach", "--json", ...more));
    expect({status, stderr}).toEqual({status: 0, stderr: ""});
    return (JSON.parse(stdout) as {attempts: string[]}).attempts;
  };
  const folder = (id: string) => join(toy.folder, "runs", id);
  const scores = (id: string) => toy.entries(id).filter(({type}) => type === "scored").length;
  const record = (id: string) => attemptSchema.parse(JSON.parse(readFileSync(join(folder(id), `${id}.record.json`), "utf8")));

  it("become an array, wait for their turn, and are ended for good", async () => {
    const [first, second] = (await start("--attempts", "2", "--parallel", "2")) as [string, string];
    await until(() => scores(first) > 0, 60);
    const {job} = JSON.parse(readFileSync(join(folder(first), "where.json"), "utf8")) as {job: number};
    expect(JSON.parse(readFileSync(join(folder(second), "where.json"), "utf8"))).toMatchObject({job, task: 1, partition: "toy"});
    expect((await statuses()).find(({id}) => id === second)).toMatchObject({state: "waiting", host: "slurm:toy"}); // the node has one CPU

    expect(existsSync(join(folder(first), "keys"))).toBe(false);
    expect(slurm("scontrol", "show", "job", "-dd", String(job))).not.toContain(KEY);
    expect(processesWith(KEY)).toEqual([]);
    const worker = JSON.parse(readFileSync(join(folder(first), "worker.json"), "utf8")) as {pid: number};
    expect(readFileSync(`/proc/${worker.pid}/environ`, "utf8")).not.toContain(KEY);

    const stopped = await toy.rebench("stop", second, first, "--json");
    expect((JSON.parse(stopped.stdout) as {attempts: Listed[]}).attempts).toMatchObject([
      {id: second, state: "dead", why: "stopped before it began"},
      {id: first, state: "ended", why: "stopped"},
    ]);
    expect(record(first)).toMatchObject({endReason: "stopped", status: "finished"});
    expect(toy.filesWith(KEY, join(toy.folder, "runs"), join(cluster.conf, "..", "state"), join(cluster.conf, "..", "spool"))).toEqual([]);
    await until(() => slurm("squeue", "-h") === "");
  });

  it("go on from their journals when the task is put back into the queue", async () => {
    const [id] = (await start()) as [string];
    await until(() => scores(id) > 1, 60);
    const {job} = JSON.parse(readFileSync(join(folder(id), "where.json"), "utf8")) as {job: number};
    slurm("scontrol", "requeue", `${job}_0`);
    await until(() => toy.entries(id).some(({type, ...more}) => type === "paused" && JSON.stringify(more).includes("user")), 30);
    const before = scores(id);
    await until(() => scores(id) > before, 60); // Slurm waits until the old credential has expired
    expect(toy.entries(id).filter(({type}) => type === "started")).toHaveLength(2);
    expect((await statuses()).find((each) => each.id === id)!.state).toMatch(/running|paused/);
    await toy.rebench("stop", id);
    expect(record(id).pauses!.map(({reason}) => reason)).toContain("user");
  }, 150_000);

  it("leave no process when the job is cancelled", async () => {
    const [id] = (await start()) as [string];
    await until(() => scores(id) > 0, 60);
    const {job} = JSON.parse(readFileSync(join(folder(id), "where.json"), "utf8")) as {job: number};
    slurm("scancel", "--full", String(job));
    await until(() => processesWith(id).length === 0, 30);
    await until(async () => (await statuses()).find((each) => each.id === id)!.why === "user"); // it had time to pause, and can be taken up
    expect(existsSync(join(folder(id), "keys"))).toBe(false);
  });

  it("say what Slurm does not like in a sentence", async () => {
    const before = toy.ids().length;
    const {status, stderr} = await toy.rebench(...toy.args("--host", "slurm:nowhere"));
    expect({status, stderr}).toEqual({status: 1, stderr: expect.stringContaining("error: Slurm refuses: ")});
    expect(stderr).toContain("invalid partition specified: nowhere");
    expect(toy.ids().length).toBe(before);
  });
});

it("reads which GPUs a task has", () => {
  expect(allottedGpus({SLURM_JOB_GPUS: "0,2-3"})).toEqual([0, 2, 3]);
  expect(allottedGpus({SLURM_JOB_GPUS: "0,1", SLURM_STEP_GPUS: "1"})).toEqual([1]);
  expect(allottedGpus({SLURM_JOB_GPUS: "gpu:x"})).toBeNull();
  expect(allottedGpus({})).toBeNull();
});
