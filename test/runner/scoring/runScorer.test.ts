import {spawn} from "node:child_process";
import {mkdirSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {expect, it} from "vitest";
import {isAlive} from "../../../src/runner/sandbox/processes.js";
import {runScorer, type ScorerCall} from "../../../src/runner/scoring/runScorer.js";
import {scoreWithPatience} from "../../../src/runner/scoring/scoreWithPatience.js";
import {temporaryFolder} from "../journal/temporary.js";

function callWith(scorer: string, changes: Partial<ScorerCall> = {}): ScorerCall {
  const folder = temporaryFolder();
  for (const name of ["submission", "visible", "protected"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "scorer.py"), `import json, os, subprocess, sys, time\n${scorer}\n`);
  return {
    ...{python: "python3", environmentFolder: folder, tier: "small", judge: null, options: [], timeoutSeconds: 30},
    ...{submission: join(folder, "submission"), visible: join(folder, "visible"), protected: join(folder, "protected")},
    environment: {PATH: process.env.PATH!},
    ...changes,
  };
}

const broken = (problem: RegExp) => expect.objectContaining({code: "scorer-broken", problem: expect.stringMatching(problem)});

it("is the one line that a scorer prints", async () => {
  expect(await runScorer(callWith(`print(json.dumps({"score": 1.5, "reason": "r", "details": {"a": [1]}}))`))).toEqual({
    ...{score: 1.5, reason: "r", details: {a: [1]}},
  });
  expect(await runScorer(callWith(`print('{"score": null}')`))).toEqual({score: null, reason: "", details: {}});
});

it.each([
  ["a status", "sys.exit(3)", /ended with status 3/],
  ["a signal", "os.kill(os.getpid(), 9)", /ended by a signal/],
  ["nothing", "pass", /printed nothing/],
  ["two lines", `print('{"score": 1}\\n{"score": 2}')`, /not one line of JSON/],
  ["no JSON", "print('1.0')", /wrong form|wrong score/],
  ["NaN", `print('{"score": NaN}')`, /not one line of JSON/],
  ["a score as text", `print('{"score": "1"}')`, /wrong score/],
  ["a score that no record may hold", `print('{"score": 1e10}')`, /wrong score/],
  ["no score", `print('{"reason": "x"}')`, /wrong score/],
  ["far too much", `print("x" * 3_000_000)`, /not one line of JSON/],
])("%s is a broken scorer, never a score", async (_, scorer, problem) => {
  await expect(runScorer(callWith(scorer))).rejects.toEqual(broken(problem));
});

it("what it wrote on stderr is for the log", async () => {
  await expect(runScorer(callWith("raise RuntimeError('why')"))).rejects.toMatchObject({
    hint: expect.stringContaining("RuntimeError: why"),
  });
});

it("a Python that is not there", async () => {
  const failure = await runScorer(callWith("", {python: "/no/such/python"})).catch((error: unknown) => error);
  expect(failure).toMatchObject({code: "scorer-broken"});
});

const CHILD = `child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"])
print(child.pid, file=sys.stderr, flush=True)`;

it("one that takes too long is ended with all that it started", async () => {
  const failure = await runScorer(callWith(`${CHILD}\ntime.sleep(60)`, {timeoutSeconds: 1})).catch((error: unknown) => error);
  expect(failure).toEqual(broken(/was not done after 1 s/));
  const pid = Number(/\d+$/.exec((failure as {hint: string}).hint.trim())![0]);
  await expect.poll(() => isAlive(pid)).toBe(false);
});

it("one that leaves a process behind which holds its output is not waited for", async () => {
  const began = performance.now();
  expect(await runScorer(callWith(`${CHILD}\nprint('{"score": 1}')`))).toMatchObject({score: 1});
  expect(performance.now() - began).toBeLessThan(20_000);
});

it("is given up when the runner gives up, as no fault of the scorer's", async () => {
  const giveUp = new AbortController();
  const running = runScorer(callWith("time.sleep(60)", {signal: giveUp.signal}));
  setTimeout(() => giveUp.abort(), 200);
  await expect(running).rejects.toMatchObject({name: "AbortError"});
  await expect(runScorer(callWith("", {signal: giveUp.signal}))).rejects.toMatchObject({name: "AbortError"});
});

it("ends with its runner, even when that is killed", async () => {
  const call = callWith(
    `open(os.path.join(sys.argv[sys.argv.index("--submission") + 1], "pid"), "w").write(str(os.getpid()))\ntime.sleep(60)`,
  );
  const script = `
    import {runScorer} from ${JSON.stringify(join(import.meta.dirname, "../../../dist/runner/scoring/runScorer.js"))};
    import {readFileSync} from "node:fs";
    runScorer(JSON.parse(process.argv[1]));
    setInterval(() => { try { const pid = readFileSync(JSON.parse(process.argv[1]).submission + "/pid", "utf8"); if (pid) console.log(pid); } catch {} }, 20);`;
  const runner = spawn(process.execPath, ["--input-type=module", "-e", script, JSON.stringify(call)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const pid = await new Promise<number>((resolve) => runner.stdout.once("data", (line) => resolve(Number.parseInt(String(line), 10))));
  expect(isAlive(pid)).toBe(true);
  runner.kill("SIGKILL");
  await expect.poll(() => isAlive(pid)).toBe(false);
});

it("a machine that is too loaded is waited for, and a scorer that is asked to stop is not", async () => {
  const loadedFor = (calls: number) =>
    callWith(`
path = os.path.join(os.path.dirname(__file__), "calls")
number = os.path.getsize(path) if os.path.exists(path) else 0
open(path, "a").write("x")
if number < ${calls}:
    os._exit(75)
print(json.dumps({"score": number}))`);
  expect(await scoreWithPatience(loadedFor(2), [0.01, 0.01])).toMatchObject({score: 2});
  await expect(scoreWithPatience(loadedFor(3), [0.01, 0.01])).rejects.toEqual(broken(/status 75/));
  await expect(scoreWithPatience(callWith("sys.exit(3)"), [60])).rejects.toEqual(broken(/status 3/));
  const stop = new AbortController();
  const waiting = scoreWithPatience({...loadedFor(9), signal: stop.signal}, [60]);
  setTimeout(() => stop.abort(), 300);
  await expect(waiting).rejects.toMatchObject({name: "AbortError"});
});
