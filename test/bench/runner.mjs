// What the runner adds to an attempt, with prepared data, against the goals: the way from the command to the first instruction inside,
// a score request beyond scorer and copy, the client's start, memory, and many attempts in one folder.
// Usage: node test/bench/runner.mjs [rounds, default 10]. A machine that does other work at the time shows more.
import {execFileSync, spawn} from "node:child_process";
import {chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {cpus, loadavg, tmpdir} from "node:os";
import {join} from "node:path";

const here = import.meta.dirname;
const main = join(here, "..", "..", "dist", "cli", "main.js");
const environments = join(here, "..", "runner", "endToEnd", "environments");
const rounds = Number(process.argv[2] ?? 10);
const folder = mkdtempSync(join(tmpdir(), "rebench-bench-"));
const variables = {...process.env, REBENCH_CACHE: join(folder, "cache")};

const now = () => Number(process.hrtime.bigint()) / 1e6;
const sorted = (values) => [...values].sort((a, b) => a - b);
const quantile = (values, share) => sorted(values)[Math.min(values.length - 1, Math.floor(share * values.length))];
const report = (what, value, unit, goal) =>
  console.log(`${what.padEnd(66)} ${value.toFixed(1).padStart(8)} ${unit}${goal === null ? "" : `  (goal: under ${goal})`}`);

function program(name, text) {
  const own = join(folder, `programs-${name}`);
  mkdirSync(own, {mode: 0o755});
  writeFileSync(join(own, name), text);
  chmodSync(join(own, name), 0o755);
  return join(own, name);
}

const runArguments = (agent, out, more = []) => [
  main,
  "run",
  "toy",
  "--environments-dir",
  environments,
  "--agent",
  agent,
  "--out",
  join(folder, out),
  ...more,
];
const run = (agent, out, more = []) =>
  execFileSync(process.execPath, runArguments(agent, out, more), {env: variables, stdio: ["ignore", "pipe", "pipe"]});
const attemptsIn = (out) =>
  readdirSync(join(folder, out))
    .sort()
    .map((name) => join(folder, out, name));

/** From the command to the first instruction of a program inside, which says what the clock of the machine is. */
function firstInstruction() {
  const agent = `command:${program("first.sh", `#!/bin/sh\nread up rest </proc/uptime\necho "$up" >first\n`)}`;
  run("start", "warm");
  const times = Array.from({length: rounds}, (_, i) => {
    const began = now();
    run(agent, `first-${i}`);
    const up = Number(readFileSync(join(attemptsIn(`first-${i}`)[0], "workspace", "first"), "utf8")) * 1000; // in steps of 10 ms
    return up - began;
  });
  report("command to first instruction inside, median", quantile(times, 0.5), "ms", "300 ms");
  report("command to first instruction inside, least", Math.min(...times), "ms", null);
}

/** What a request takes that is not the scorer, measured inside, by a program that speaks the protocol itself. */
function scoreRequests() {
  const text = `#!/usr/bin/env python3
import json, os, socket, subprocess, time
def ask(i):
    open("answer.txt", "w").write(str(i))
    began = time.perf_counter()
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(os.environ["REBENCH_SOCKET"])
    connection.sendall((json.dumps({"id": "request-%06d" % i, "token": os.environ["REBENCH_TOKEN"], "action": "score"}) + "\\n").encode())
    connection.makefile().readline()
    return time.perf_counter() - began
def client(command):
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began
requests = [ask(i) for i in range(${10 * rounds})]
clients = [client(["clock"]) for _ in range(${3 * rounds})]
nothing = [client(["true"]) for _ in range(${3 * rounds})]
python = [client(["python3", "-I", "-S", "-c", ""]) for _ in range(${3 * rounds})]
print(json.dumps([requests, clients, nothing, python]))
open("times.json", "w").write(json.dumps([requests, clients, nothing, python]))
`;
  run(`command:${program("requests.py", text)}`, "requests", ["--time-limit", "10m"]);
  const [attempt] = attemptsIn("requests");
  const [requests, clients, nothing, python] = JSON.parse(readFileSync(join(attempt, "workspace", "times.json"), "utf8"));
  const journal = readFileSync(join(attempt, "journal.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const scoring = new Map(journal.filter(({type}) => type === "scored").map(({requestId, scoringSeconds}) => [requestId, scoringSeconds]));
  const beyond = requests.map((seconds, i) => 1000 * (seconds - scoring.get(`asked-request-${String(i).padStart(6, "0")}`)));
  report("score request beyond the scorer, median", quantile(beyond, 0.5), "ms", "20 ms");
  report("score request beyond the scorer, 95th percentile", quantile(beyond, 0.95), "ms", "50 ms");
  report("client, beyond starting any program, median", 1000 * (quantile(clients, 0.5) - quantile(nothing, 0.5)), "ms", "60 ms");
  report("  of which Python's own start", 1000 * (quantile(python, 0.5) - quantile(nothing, 0.5)), "ms", null);
}

/** Resident memory of a runner while attempts sleep: the first, and each of some more. */
async function memory() {
  const sleeps = program("sleeps.sh", "#!/bin/sh\nexec sleep 1000\n");
  const measured = [];
  for (const attempts of [1, 9]) {
    const child = spawn(
      process.execPath,
      runArguments(`command:${sleeps}`, `memory-${attempts}`, ["--attempts", String(attempts), "--parallel", String(attempts), "--json"]),
      {
        env: variables,
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    let started = 0;
    await new Promise((resolve) =>
      child.stdout.on("data", (chunk) => {
        started += String(chunk).split('"type":"started"').length - 1;
        if (started === attempts) setTimeout(resolve, 3000);
      }),
    );
    measured.push(Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))[1]) / 1024);
    child.kill("SIGINT");
    await new Promise((resolve) => child.once("close", resolve));
  }
  report("runner memory for the first attempt", measured[0], "MiB", "100 MiB");
  report("runner memory for each further one at the same time", (measured[1] - measured[0]) / 8, "MiB", "20 MiB");
}

/** Attempts in a folder that holds many: the first of them and the last take as long. */
function manyAttempts(count) {
  const began = now();
  const once = () => {
    const start = now();
    run("start", "many");
    return now() - start;
  };
  const before = Array.from({length: 3}, once);
  run("start", "many", ["--attempts", String(count), "--parallel", "2"]);
  const after = Array.from({length: 3}, once);
  report(`one attempt in an empty folder, median`, quantile(before, 0.5), "ms", null);
  report(`one attempt in a folder of ${count}, median`, quantile(after, 0.5), "ms", null);
  report(`${count} attempts, two at a time, each`, (now() - began) / count, "ms", null);
  const importing = now();
  execFileSync(
    process.execPath,
    [main, "import", join(folder, "many"), "--environments-dir", environments, "--store", join(folder, "s.duckdb"), "--json"],
    {
      env: variables,
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  report(`rebench import of that folder`, now() - importing, "ms", null);
}

try {
  console.log(`${cpus().length} CPUs, load ${loadavg()[0].toFixed(1)} before`);
  firstInstruction();
  scoreRequests();
  await memory();
  if (process.argv[3] !== "quick") manyAttempts(500);
  console.log(`load ${loadavg()[0].toFixed(1)} after`);
} finally {
  rmSync(folder, {recursive: true, force: true});
}
