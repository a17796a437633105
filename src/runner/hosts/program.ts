#!/usr/bin/env node
import {existsSync, mkdirSync} from "node:fs";
import {join} from "node:path";
import * as z from "zod";
import {packageFolder} from "../../assets.js";
import {doctor} from "../host/doctor.js";
import {folderStatus} from "./folderStatus.js";
import {followFolders} from "./followFolders.js";
import {jobSchema} from "./job.js";
import {launchPlanned} from "./launchPlanned.js";
import {launchWorker} from "./launchWorker.js";
import {prepareRun} from "./prepareRun.js";
import {errorLine} from "./programLines.js";
import {readPlan} from "./readPlan.js";
import {readStdin} from "./readStdin.js";
import {runRequestSchema} from "./runRequest.js";
import {allottedGpus} from "./slurm/allottedGpus.js";
import {leaveKeys, removeKeys, takeTask} from "./slurm/taskFiles.js";
import {ADDED_ENVIRONMENTS, ADDED_PRICES} from "./ssh/added.js";
import {sendFolder} from "./ssh/sendFolder.js";
import {requestStop} from "./stopRequest.js";
import {work} from "./work.js";
import {noteFailure} from "./workerNote.js";

// The runner as a program of its own, without a terminal and without the command line around it: started by `rebench run --detach`, over
// ssh, and by Slurm. What it is to do comes on stdin as JSON; what it says goes to stdout as lines of JSON.

const [command] = process.argv.slice(2);

const say = (answer: object) => process.stdout.write(`${JSON.stringify(answer)}\n`);
const input = async <Value>(schema: z.ZodType<Value>): Promise<Value> => schema.parse(JSON.parse(await readStdin()));
const foldersSchema = z.strictObject({folders: z.array(z.string())});

const COMMANDS: Record<string, () => Promise<void>> = {
  /** Runs the attempts of a job. */
  async work() {
    const job = await input(jobSchema);
    await work(job, {signal: pausing(), gpus: null, onReady: () => process.stdout.end(`${JSON.stringify({ready: process.pid})}\n`)});
    process.exit(); // whatever an attempt that failed has left open
  },
  /** Runs the attempt of a queue's task. One that is told to leave has its keys put back, for when it has its turn again. */
  async task() {
    const folder = process.argv[3]!;
    try {
      const job = takeTask(folder);
      const signal = pausing();
      signal.addEventListener("abort", () => leaveKeys(folder, job.models));
      await work(job, {signal, gpus: allottedGpus(process.env), onReady() {}, isPatient: true});
      if (folderStatus(folder, readPlan(folder), new Date()).state === "ended") removeKeys(folder);
    } catch (error) {
      const {code, ...said} = errorLine(error).error;
      noteFailure(folder, {code: code ?? "fault", ...said});
      throw error;
    }
    process.exit();
  },
  /** Plans attempts and starts the process that runs them. */
  async start() {
    const {request, job} = await input(z.strictObject({request: runRequestSchema, job: jobSchema.omit({ids: true})}));
    mkdirSync(job.out, {recursive: true, mode: 0o700});
    const {plans} = await prepareRun(request, job.environmentsDirs, new Date());
    await launchPlanned(job, plans);
    say({plans});
  },
  /** Takes attempts of this runner up again, with what was added to it. */
  async resume() {
    const {out, ids, models, cwd} = await input(jobSchema.pick({out: true, ids: true, models: true, cwd: true}));
    const added = (name: string) => [join(packageFolder, name)].filter((path) => existsSync(path));
    const pricesFile = added(ADDED_PRICES)[0] ?? null;
    await launchWorker({out, ids, models, cwd, parallel: ids.length, environmentsDirs: added(ADDED_ENVIRONMENTS), pricesFile});
    say({resumed: ids});
  },
  /** Looks at this machine. */
  async doctor() {
    const schema = z.strictObject({python: z.string().nullable(), needs: z.array(z.string()), runs: z.string(), cache: z.string()});
    const {python, needs, runs, cache} = await input(schema);
    say(await doctor({python: {option: python}, needs, runsFolder: runs, cacheFolder: cache}));
  },
  /** Where attempts stand. */
  async status() {
    const {folders} = await input(foldersSchema);
    say({statuses: folders.map((folder) => folderStatus(folder, readPlan(folder), new Date()))});
  },
  /** Tells what happens in attempts, until they are over or nobody listens. */
  async follow() {
    const {attempts} = await input(z.strictObject({attempts: z.array(z.strictObject({folder: z.string(), seen: z.int()}))}));
    await followFolders(attempts, say, new AbortController().signal);
    say({done: true});
  },
  /** Ends attempts for good. */
  async stop() {
    const {folders} = await input(foldersSchema);
    for (const folder of folders) requestStop(folder);
    say({stopped: folders.length});
  },
  /** Sends an attempt's files. */
  async send() {
    const {folder, known} = await input(z.strictObject({folder: z.string(), known: z.record(z.string(), z.string())}));
    await sendFolder(folder, known, process.stdout);
  },
};

/** The first SIGTERM or SIGINT pauses; a second one ends this process at once, and attempts go on from their journals. */
function pausing(): AbortSignal {
  const stop = new AbortController();
  const onSignal = () => (stop.signal.aborted ? process.exit(130) : stop.abort("pause"));
  for (const name of ["SIGTERM", "SIGINT"] as const) process.on(name, onSignal);
  process.on("SIGHUP", () => {}); // a terminal that goes takes nothing with it
  return stop.signal;
}

process.stdout.on("error", () => {
  if (command !== "work") process.exit(0); // nobody listens any more; attempts go on all the same
});
try {
  const run = COMMANDS[command ?? ""];
  if (run === undefined) throw new Error(`unknown command ${command}`);
  await run();
} catch (error) {
  process.stdout.write(`${JSON.stringify(errorLine(error))}\n`);
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
