// How the time and memory of a bootstrap grow, each case in a process of its own; then the whole command on a million attempts.
// Usage: node test/bench/growth.mjs [quick]      (quick leaves out the million attempts; they need some 1.1 GB of temporary files)
import {spawn} from "node:child_process";
import {mkdtempSync, rmSync} from "node:fs";
import {availableParallelism, cpus, loadavg, tmpdir, totalmem} from "node:os";
import {join} from "node:path";
import {randomStream} from "../../dist/random.js";
import {table} from "./ours.mjs";

const ENVIRONMENTS = 7;
const USUAL = {attempts: 1000, replicates: 1000, ks: 4, agents: 1};
const CASES = {
  attempts: [1e3, 1e4, 1e5, 1e6].map((attempts) => ({...USUAL, attempts})),
  replicates: [1e2, 1e3, 1e4, 1e5].map((replicates) => ({...USUAL, replicates})),
  "number of k": [1, 2, 4, 8].map((ks) => ({...USUAL, attempts: 10_000, ks})),
  agents: [1, 4, 16, 64].map((agents) => ({...USUAL, agents})),
};

/** Skewed scores, a third of them 0 and few of them equal, of `agents` agents with `attempts` each over seven environments. */
function groupsOf({agents, attempts}) {
  return Array.from({length: agents}, (_, a) => {
    const random = randomStream("growth", a);
    const environments = Array.from({length: ENVIRONMENTS}, (_, e) => {
      const n = Math.floor((attempts * (e + 1)) / ENVIRONMENTS) - Math.floor((attempts * e) / ENVIRONMENTS);
      const scores = Array.from({length: n}, () => Math.max(0, 2 * random.uniform() ** 2 - 0.2));
      return {environment: `environment ${e}`, combine: "best", scores};
    });
    return {agent: `agent ${a}`, limit: 1800, environments};
  });
}

/** Runs one case and prints it: seconds from scores to rows, and the most memory that the process held. */
function runCase(wanted) {
  const groups = groupsOf(wanted);
  const ks = Array.from({length: wanted.ks}, (_, power) => 2 ** power);
  const memoryBefore = process.resourceUsage().maxRSS;
  const begin = performance.now();
  table(groups, {replicates: wanted.replicates, seed: 1, threads: wanted.threads, ks});
  const seconds = (performance.now() - begin) / 1000;
  console.log(JSON.stringify({seconds, megabytes: process.resourceUsage().maxRSS / 1024, megabytesBefore: memoryBefore / 1024}));
}

/** Runs node: its output, wall seconds and peak resident memory. */
function run(args, cwd) {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const report = "process.on('exit', () => require('fs').writeSync(2, 'peak ' + process.resourceUsage().maxRSS))";
    const preload = `data:text/javascript,import {createRequire} from "node:module"; const require = createRequire("/"); ${report}`;
    const child = spawn(process.execPath, ["--import", preload, ...args], {cwd, stdio: ["ignore", "pipe", "pipe"]});
    let output = "";
    let errors = "";
    child.stdout.on("data", (text) => {
      output += text;
    });
    child.stderr.on("data", (text) => {
      errors += text;
    });
    child.on("close", (code) => {
      const peak = Number(/peak (\d+)$/.exec(errors)?.[1]) / 1024;
      if (code === 0) resolve({output, seconds: (performance.now() - begin) / 1000, megabytes: peak});
      else reject(new Error(`${args.join(" ")} ended with ${code}: ${errors}`));
    });
  });
}

async function growth() {
  for (const [what, cases] of Object.entries(CASES)) {
    const lines = [];
    for (const each of cases) {
      const resampled = each.attempts * each.replicates * each.agents;
      const line = {...each, "resampled attempts": resampled.toExponential(0)};
      for (const threads of availableParallelism() > 1 ? [1, 2] : [1]) {
        const {output} = await run([import.meta.filename, "case", JSON.stringify({...each, threads})]);
        const {seconds, megabytes, megabytesBefore} = JSON.parse(output);
        const suffix = `, ${threads} thread${threads === 1 ? "" : "s"}`;
        line[`s${suffix}`] = seconds.toFixed(3);
        line[`ns each${suffix}`] = ((seconds / resampled) * 1e9).toFixed(2);
        if (threads === 1) line["peak MB (before)"] = `${megabytes.toFixed(0)} (${megabytesBefore.toFixed(0)})`;
      }
      lines.push(line);
    }
    console.log(`growth in ${what}:`);
    console.table(lines);
  }
}

async function million() {
  const rebench = join(import.meta.dirname, "..", "..", "dist", "cli", "main.js");
  const folder = mkdtempSync(join(tmpdir(), "rebench-growth-"));
  try {
    await run([rebench, "simulate", "--attempts", "1000000", "--max-log-entries", "5", "-o", "million.jsonl"], folder);
    await run([rebench, "import", "million.jsonl", "--store", "million.duckdb"], folder);
    rmSync(join(folder, "million.jsonl"));
    const lines = [];
    for (const replicates of ["0", "1000"]) {
      const {seconds, megabytes} = await run([rebench, "analyze", "--store", "million.duckdb", "--bootstrap", replicates], folder);
      lines.push({
        command: `rebench analyze --bootstrap ${replicates}`,
        attempts: "1,000,000",
        goal: "< 60 s, 2,000 MB",
        s: seconds.toFixed(1),
        "peak MB": megabytes.toFixed(0),
      });
    }
    console.table(lines);
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

if (process.argv[2] === "case") runCase(JSON.parse(process.argv[3]));
else {
  if (loadavg()[0] > 0.5) console.error(`note: other programs are running (load ${loadavg()[0].toFixed(1)}); times will be too long`);
  console.log(
    `${cpus().length} × ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}; one run each, code not warm`,
  );
  await growth();
  if (process.argv[2] !== "quick") await million();
}
