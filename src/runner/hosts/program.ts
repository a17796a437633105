#!/usr/bin/env node
import {jobSchema} from "./job.js";
import {errorLine} from "./programLines.js";
import {readStdin} from "./readStdin.js";
import {work} from "./work.js";

// The runner as a program of its own, without a terminal and without the command line around it: started by `rebench run --detach`, over
// ssh, and by Slurm. What it is to do comes on stdin as JSON; what it says goes to stdout as lines of JSON.

const [command] = process.argv.slice(2);

const COMMANDS: Record<string, () => Promise<void>> = {
  async work() {
    const job = jobSchema.parse(JSON.parse(await readStdin()));
    await work(job, {signal: pausing(), gpus: null, onReady: () => process.stdout.end(`${JSON.stringify({ready: process.pid})}\n`)});
    process.exit(); // whatever an attempt that failed has left open
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
