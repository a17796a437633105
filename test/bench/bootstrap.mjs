// The bootstrap of one table, 44 agent rows of METR's public runs, beside two programs in numpy that share no code with rebench.
// Usage: npm run bench:bootstrap [-- quick]      (quick leaves out peer A, which takes most of a minute, and B = 100,000)
// REBENCH_PYTHON: an interpreter that has numpy; python3 unless set.
import {spawn, spawnSync} from "node:child_process";
import {existsSync} from "node:fs";
import {availableParallelism, cpus, loadavg, totalmem} from "node:os";
import {join} from "node:path";
import {agreement, keyOf} from "./agreement.mjs";
import {drawSeconds, drawsOf} from "./draws.mjs";
import {readGroups} from "./ours.mjs";

const here = import.meta.dirname;
const runs = join(here, "..", "..", "..", "shared", "data", "metr", "rebench_runs.jsonl");
const python = process.env.REBENCH_PYTHON ?? "python3";
const quick = process.argv.includes("quick");
const SEED = 1;
const PROCESSES = 5; // fresh processes for the first run and the whole
const FARTHEST_ERRORS = 4.5; // of 88 ends; by chance once in 1,700 tables

if (!existsSync(runs)) {
  console.error(`error: ${runs} is not here; the benchmark needs METR's public runs\n  Put the file there, or see data/README.md.`);
  process.exit(1);
}

const peerA = {name: "A: numpy, a call per resample", threads: 1, command: [python, join(here, "peer", "peer_a.py")]};
const peerB = {name: "B: numpy, vectorised", threads: 1, command: [python, join(here, "peer", "peer_b.py")]};
const ours = (threads) => ({name: "rebench", threads, command: [process.execPath, join(here, "ours.mjs")]});

/** Runs a program once: its output, and the seconds of the whole process. */
function run({command, threads}, replicates, repetitions) {
  const [program, script] = command;
  const env = {...process.env, OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1", PYTHONDONTWRITEBYTECODE: "1"};
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawn(program, [script, runs, replicates, SEED, repetitions, threads].map(String), {env});
    let output = "";
    let errors = "";
    child.stdout.on("data", (text) => {
      output += text;
    });
    child.stderr.on("data", (text) => {
      errors += text;
    });
    child.on("close", (code) => {
      if (code === 0) resolve({...JSON.parse(output), seconds_process: (performance.now() - begin) / 1000});
      else reject(new Error(`${script} ended with ${code}: ${errors}`));
    });
  });
}

/** `once`: a single fresh process, for what takes long. */
async function measure(program, replicates, {repetitions, once = false}) {
  const fresh = [];
  for (let i = 0; i < (once ? 1 : PROCESSES); ++i) fresh.push(await run(program, replicates, 1));
  const warm = once ? fresh[0] : await run(program, replicates, repetitions);
  return {
    ...program,
    replicates,
    rows: warm.rows,
    numpy: warm.numpy,
    first: Math.min(...fresh.map(({seconds_work}) => seconds_work[0])),
    best: Math.min(...warm.seconds_work, ...fresh.map(({seconds_work}) => seconds_work[0])),
    whole: Math.min(...fresh.map(({seconds_process}) => seconds_process)),
  };
}

function hasNumpy() {
  const found = spawnSync(python, ["-c", "import numpy; print(numpy.__version__)"], {encoding: "utf8"});
  if (found.status === 0) return true;
  console.error(
    `left out: peers A and B, because ${found.error ? `${python} is not installed` : `numpy is not installed for ${python}`}\n` +
      `  Install it with: ${python} -m pip install numpy\n  Or name an interpreter that has it: REBENCH_PYTHON=/path/to/python npm run bench:bootstrap`,
  );
  return false;
}

const seconds = (value) => (value === undefined ? "–" : value < 10 ? value.toFixed(3) : value.toFixed(1));
const times = (peer, own) => (peer === undefined ? "–" : `${peer / own >= 100 ? Math.round(peer / own) : (peer / own).toPrecision(2)}×`);

function line(row, a, b) {
  return {
    program: row.name,
    threads: row.threads,
    B: row.replicates,
    "first s": seconds(row.first),
    "best s": seconds(row.best),
    "whole process s": seconds(row.whole),
    "A ÷ this": times(a?.best, row.best),
    "B ÷ this": times(b?.best, row.best),
    "A ÷ this, whole": times(a?.whole, row.whole),
    "B ÷ this, whole": times(b?.whole, row.whole),
  };
}

function checkAgreement(groups, peer) {
  const {ends, worst} = agreement(groups, peer.rows, {replicates: peer.replicates, seed: SEED});
  const good = worst.errors <= FARTHEST_ERRORS;
  if (!good) process.exitCode = 1;
  console.log(
    `${good ? "agrees" : "DIFFERS"}: ${peer.name}, B = ${peer.replicates}: ${ends} interval ends, the farthest ${worst.errors.toFixed(1)} combined ` +
      `Monte Carlo standard errors from ours (${worst.row}, ${worst.end} end)`,
  );
}

function checkScores(own, peer) {
  const scores = new Map(own.rows.map((row) => [keyOf(row), row.score]));
  if (scores.size !== peer.rows.length || peer.rows.some((row) => !scores.has(keyOf(row)))) throw new Error(`${peer.name} has other rows`);
  return Math.max(...peer.rows.map((row) => Math.abs(row.score - scores.get(keyOf(row)))));
}

const busy = loadavg()[0];
if (busy > 0.5) console.error(`note: other programs are running (load ${busy.toFixed(1)}); times will be too long`);
const groups = readGroups(runs);
const numpy = hasNumpy();
const threadCounts = availableParallelism() > 1 ? [1, 2] : [1];
const lines = [];
const peers = [];
let few;
let version = "absent";
for (const replicates of quick ? [5000] : [5000, 100_000]) {
  const repetitions = replicates > 5000 ? 3 : 30;
  // peer A is slow, and nothing is gained by extrapolating: at 100,000 there is only B to compare with
  const a = numpy && !quick && replicates === 5000 ? await measure(peerA, replicates, {once: true}) : undefined;
  const b = numpy ? await measure(peerB, replicates, {repetitions}) : undefined;
  version = b?.numpy ?? version;
  const own = [];
  for (const threads of threadCounts) own.push(await measure(ours(threads), replicates, {repetitions}));
  few ??= own[0];
  for (const peer of [a, b]) if (peer) peers.push({...peer, scoreDifference: checkScores(own[0], peer)});
  for (const row of [a, b, ...own]) if (row) lines.push(line(row, a, b));
}

console.log(
  `${few.rows.length} rows; ${cpus().length} × ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, numpy ${version}`,
);
console.table(lines);
console.log(
  `Work from scores in memory to rows in memory. first: the first run in a fresh process, best of ${PROCESSES}; best: of all runs, those after others in one\n` +
    "process included (warm code); whole process: start, imports, reading the file and one run. Peer A runs once. numpy has one thread.",
);
for (const peer of peers) checkAgreement(groups, peer);
if (peers.length > 0)
  console.log(`scores differ by ${Math.max(...peers.map(({scoreDifference}) => scoreDifference)).toExponential(1)} at most`);

const draws = drawsOf(groups, few.rows, 5000);
const cost = drawSeconds(groups, 5000);
const million = (count) => `${(count / 1e6).toFixed(1)} M`;
const nanoseconds = (value) => ((value / draws.shared) * 1e9).toFixed(2);
console.log(
  `reference cost at B = 5,000: ${million(draws.shared)} draws where all k share resamples (${million(draws.own)} where every row draws its own).\n` +
    `  one call of the general generator a draw: ${seconds(cost.general)} s, ${nanoseconds(cost.general)} ns each\n` +
    `  drawn and counted as our bootstrap does:  ${seconds(cost.counted)} s, ${nanoseconds(cost.counted)} ns each\n` +
    `  all of our table, one thread, best:       ${seconds(few.best)} s, ${nanoseconds(few.best)} ns each, ${(few.best / cost.counted).toFixed(2)} × its draws`,
);
