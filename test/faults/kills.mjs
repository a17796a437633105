// Kills runners, agents and scorers at random moments of attempts whose scores are known, takes the attempts up again until they have
// ended, and compares what their journals and records say with what was seen from outside.
// Usage: node test/faults/kills.mjs [kills, default 200] [seed] [parallel]
import {fork, spawn} from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";

const here = import.meta.dirname;
const main = join(here, "..", "..", "dist", "cli", "main.js");
const [kills, seed, parallel] = [200, 1, 2].map((otherwise, i) => Number(process.argv[i + 2] ?? otherwise));
const STEPS = 8;
/** A heartbeat: how far a clock may be off, either way, for each life of a runner. */
const TOLERANCE_SECONDS = 1;
/** Beginning of a line that was being written, and that nobody was told of. */
const TORN = '{"sequence":100000,"workingSeconds":3600.5,"ty';
const TARGETS = ["runner", "runner", "runner", "scorer", "agent"];

/** mulberry32: the moments of a seed are the same again, as far as moments can be. */
function randomOf(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const now = () => Number(process.hrtime.bigint()) / 1e9;
const read = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
};
const link = (path) => {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
};
const pids = () => readdirSync("/proc").filter((name) => /^\d+$/.test(name));
const isAlive = (pid) => {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== null && !["Z", "X"].includes(stat.slice(stat.lastIndexOf(")") + 2)[0]);
};
const withWords = (...words) => pids().filter((pid) => words.every((word) => read(`/proc/${pid}/cmdline`)?.includes(word)) && isAlive(pid));

/** Whether a control group of the process is frozen, or the process is stopped. */
function isFrozen(pid) {
  for (const line of (read(`/proc/${pid}/cgroup`) ?? "").trim().split("\n")) {
    const [, controllers, path] = line.split(":");
    if (controllers === "") {
      for (const root of ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"])
        if (/^frozen 1$/m.test(read(`${root}${path}/cgroup.events`) ?? "")) return true;
    } else if (controllers === "freezer" && (read(`/sys/fs/cgroup/freezer${path}/freezer.state`) ?? "THAWED").trim() !== "THAWED")
      return true;
  }
  const stat = read(`/proc/${pid}/stat`) ?? "";
  return stat.slice(stat.lastIndexOf(")") + 2)[0] === "T";
}

/** Sees from outside how long an agent's program was alive and not frozen. */
function observer(marker) {
  const seen = {pid: null, seconds: 0, namespaces: new Set(), aliveAt: 0, worst: 0};
  let last = now();
  let isOver = false;
  let wasWorking = false;
  let searched = 0;
  const look = () => {
    const at = now();
    if (seen.pid !== null && !isAlive(seen.pid)) seen.pid = null;
    if (seen.pid === null && at - searched > 0.02) {
      searched = at;
      const [pid] = withWords(marker).filter((one) => link(`/proc/${one}/ns/pid`) !== link("/proc/self/ns/pid"));
      seen.pid = pid ?? null;
      if (pid !== undefined) {
        seen.namespaces.add(link(`/proc/${pid}/ns/pid`));
      }
    }
    if (seen.pid !== null) seen.aliveAt = at;
    const isWorking = seen.pid !== null && !isFrozen(seen.pid);
    if (wasWorking) seen.seconds += at - last;
    seen.worst = Math.max(seen.worst, at - last);
    [wasWorking, last] = [isWorking, at];
  };
  (async () => {
    while (!isOver) {
      look();
      await sleep(4);
    }
  })();
  return {seen, stop: () => (isOver = true)};
}

const journalOf = (attempt) => {
  const text = read(join(attempt, "journal.jsonl")) ?? "";
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
};

/** One attempt, killed again and again until it has ended. @returns What was seen. */
async function attemptUnder(folder, number, random, killsLeft) {
  const marker = `steps-${process.pid}-${number}`;
  const own = join(folder, `agent-${number}`);
  mkdirSync(own, {mode: 0o755});
  copyFileSync(join(here, "steps.py"), join(own, `${marker}.py`));
  chmodSync(join(own, `${marker}.py`), 0o644);
  const out = join(folder, `runs-${number}`);
  const environments = ["--environments-dir", join(folder, "environments")];
  const watched = observer(marker);
  const report = {killed: {runner: 0, scorer: 0, agent: 0}, off: [], problems: [], lives: 0};
  let attempt = null;
  let isAgentKilled = false;
  for (let life = 0; life < 60; ++life) {
    const [worked, truth] = [attempt === null ? 0 : (journalOf(attempt).at(-1)?.workingSeconds ?? 0), watched.seen.seconds];
    const first = ["run", "toy", "--agent", `command:${own}/${marker}.py`, "--time-limit", "5m", "--out", out];
    const isNew = attempt === null || !existsSync(join(attempt, "attempt.json"));
    const args = isNew ? first : ["resume", attempt];
    const runner = spawn(process.execPath, [main, ...args, ...environments], {
      stdio: ["ignore", "ignore", "pipe"],
      env: {...process.env, REBENCH_CACHE: join(folder, "cache")},
    });
    let said = "";
    runner.stderr.on("data", (chunk) => (said += chunk));
    let isOver = false;
    const ended = new Promise((resolve) => runner.once("close", resolve)).then((status) => {
      isOver = true;
      return status;
    });
    ++report.lives;
    while (!isOver && killsLeft.count > 0) {
      await Promise.race([ended, sleep(1000 * (0.2 + 2.8 * random()))]);
      if (isOver) break;
      const target = TARGETS[Math.floor(random() * TARGETS.length)];
      const victim = await victimOf(target, runner, watched, folder);
      if (victim === null || isOver) continue;
      process.kill(victim, "SIGKILL");
      --killsLeft.count;
      ++report.killed[target];
      if (target === "agent") isAgentKilled = true;
      if (target === "runner") break;
    }
    const status = await ended;
    attempt ??= existsSync(out) && readdirSync(out).length > 0 ? join(out, readdirSync(out)[0]) : null;
    if (attempt === null) continue; // killed before there was anything
    for (const process of await left(watched.seen)) report.problems.push(`a process outlived its runner: ${process}`);
    const journal = journalOf(attempt);
    const ending = journal.find(({type}) => type === "ending") ?? journal.at(-1);
    const advance = (ending?.workingSeconds ?? 0) - worked;
    report.off.push(advance - (watched.seen.seconds - truth));
    if (status === null && random() < 0.3) appendFileSync(join(attempt, "journal.jsonl"), TORN); // as when the power goes
    if (journal.at(-1)?.type === "ended" && readdirSync(attempt).some((name) => name.endsWith(".record.json"))) break;
    if (status !== null && status !== 0) report.problems.push(`status ${status}: ${said.trim().split("\n").at(-1)}`);
  }
  watched.stop();
  check(attempt, isAgentKilled, report);
  report.worstLook = watched.seen.worst;
  return report;
}

/** A process to kill; null where there is none of the kind at the moment. */
async function victimOf(target, runner, watched, folder) {
  if (target === "runner") return runner.pid;
  if (target === "agent") return watched.seen.pid === null ? null : Number(watched.seen.pid);
  for (let i = 0; i < 50; ++i) {
    const [pid] = withWords("scorer.py", folder);
    if (pid !== undefined) return Number(pid);
    await sleep(10);
  }
  return null;
}

/**
 * What outlives its runner in these pid namespaces for long. Their numbers are used again: whoever began when the agent was seen no more
 * can be another attempt's.
 */
async function left({namespaces, aliveAt}) {
  const ticks = 100 * aliveAt;
  const ours = () =>
    pids().filter((pid) => {
      const stat = read(`/proc/${pid}/stat`) ?? "";
      return (
        namespaces.has(link(`/proc/${pid}/ns/pid`)) && isAlive(pid) && Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]) < ticks
      );
    });
  for (let i = 0; i < 100 && ours().length > 0; ++i) await sleep(30);
  const found = ours().map(
    (pid) => `${read(`/proc/${pid}/cmdline`)?.replaceAll("\0", " ")} (${read(`/proc/${pid}/stat`)}, ${read(`/proc/${pid}/wchan`)})`,
  );
  namespaces.clear();
  return found;
}

function check(attempt, isAgentKilled, {problems, off}) {
  const journal = journalOf(attempt);
  const scored = journal.filter(({type}) => type === "scored");
  const scores = scored.filter(({repeat}) => !repeat).map(({score}) => score);
  const acknowledged = (read(join(attempt, "workspace", "acknowledged")) ?? "").trim().split("\n").filter(Boolean).map(Number);
  const say = (problem) => problems.push(`${attempt}: ${problem}; its journal:\n${read(join(attempt, "journal.jsonl"))}`);
  if (journal.at(-1)?.type !== "ended") say("it has not ended");
  for (const [i, {sequence}] of journal.entries()) if (sequence !== i) say(`line ${i + 1} has number ${sequence}`);
  if (new Set(scored.map(({requestId}) => requestId)).size !== scored.length) say("a request was answered twice");
  if (new Set(scores).size !== scores.length) say(`a score is there twice: ${scores}`);
  for (const score of acknowledged) if (!scores.includes(score)) say(`acknowledged score ${score} is lost`);
  const late = scored.findIndex(({askedAtSeconds}, i) => i > 0 && askedAtSeconds < scored[i - 1].askedAtSeconds);
  if (late > 0) say(`score ${scored[late].score} counts before the one that was asked for earlier`);
  const wanted = Array.from({length: STEPS}, (_, i) => i + 1).join();
  if (!isAgentKilled && scores.filter((score) => score > 0).join() !== wanted) say(`scores ${scores} in place of ${wanted}`);
  const repeats = scored.filter(({repeat}) => repeat);
  if (repeats.some(({requestId}) => requestId !== "final-score")) say("something was scored again");
  const back = journal.findIndex(({workingSeconds}, i) => i > 0 && workingSeconds < journal[i - 1].workingSeconds);
  if (back > 0) say(`the clock went back at line ${back + 1}`);
  for (const [i, seconds] of off.entries()) {
    if (Math.abs(seconds) > TOLERANCE_SECONDS) say(`life ${i + 1}: the clock is ${seconds.toFixed(3)} s off`);
  }
  const record = JSON.parse(
    read(
      join(
        attempt,
        readdirSync(attempt).find((name) => name.endsWith(".record.json")),
      ),
    ),
  );
  if (record.scoreLog.length !== scored.length) say("the record's score log is another");
  const passed = (Date.parse(record.endedAt) - Date.parse(record.startedAt)) / 1000;
  const told = record.workingSeconds + record.pauses.reduce((sum, {seconds}) => sum + seconds, 0);
  if (Math.abs(passed - told) > 1 + TOLERANCE_SECONDS * off.length) say(`${passed.toFixed(1)} s passed, ${told.toFixed(1)} s are told`);
}

async function work() {
  const [count, ownSeed] = process.argv.slice(2).map(Number);
  const folder = mkdtempSync(join(tmpdir(), "rebench kills "));
  const random = randomOf(ownSeed);
  const killsLeft = {count};
  try {
    cpSync(join(here, "..", "runner", "endToEnd", "environments"), join(folder, "environments"), {recursive: true});
    for (let number = 0; killsLeft.count > 0 || number === 0; ++number) {
      process.send(await attemptUnder(folder, number, random, killsLeft));
    }
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

async function lead() {
  const began = now();
  const reports = [];
  const share = Math.ceil(kills / parallel);
  const workers = Array.from({length: parallel}, (_, i) => {
    const worker = fork(import.meta.filename, [String(Math.min(share, kills - i * share)), String(seed * 1000 + i)], {
      env: {...process.env, REBENCH_KILLS_WORKER: "1"},
    });
    worker.on("message", (report) => reports.push(report));
    return new Promise((resolve) => worker.once("close", resolve));
  });
  const statuses = await Promise.all(workers);
  const off = reports.flatMap((report) => report.off);
  const problems = reports.flatMap((report) => report.problems);
  const sum = (target) => reports.reduce((total, {killed}) => total + killed[target], 0);
  const summary = {
    kills: {runner: sum("runner"), scorer: sum("scorer"), agent: sum("agent")},
    ...{attempts: reports.length, lives: off.length, seconds: Math.round(now() - began)},
    clockOffSeconds: {
      least: Math.min(...off).toFixed(3),
      most: Math.max(...off).toFixed(3),
      mean: (off.reduce((a, b) => a + b, 0) / off.length).toFixed(3),
    },
    observerWorstLookSeconds: Math.max(...reports.map(({worstLook}) => worstLook)).toFixed(3),
    problems,
  };
  console.log(JSON.stringify(summary, null, 2));
  process.exitCode = problems.length > 0 || statuses.some((status) => status !== 0) ? 1 : 0;
}

await (process.env.REBENCH_KILLS_WORKER === "1" ? work() : lead());
