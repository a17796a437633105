import {writeFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {findEnvironment, readCatalogue} from "../../../src/environment/catalogue.js";
import {attemptOf} from "../../../src/runner/attempt/attemptOf.js";
import type {AttemptParts} from "../../../src/runner/attempt/attemptParts.js";
import {type PlanRequest, planAttempts} from "../../../src/runner/attempt/planAttempts.js";
import {prepareData} from "../../../src/runner/attempt/prepareData.js";
import {runAttempt} from "../../../src/runner/attempt/runAttempt.js";
import {findPython} from "../../../src/runner/host/findPython.js";
import {pythonEnvironment} from "../../../src/runner/host/pythonEnvironment.js";
import {writePlans} from "../../../src/runner/hosts/prepareRun.js";
import {startScriptedUpstream} from "../gateway/scriptedUpstream.js";
import {noBubblewrap, processesWith, skipped} from "../sandbox/sandboxes.js";
import {journalOf, newGround, outcome, recordOf} from "./toyRuns.js";

const KEY = "sk-very-secret-key-0123456789";
const GPT = "gpt-4o-2024-08-06";

describe.skipIf(noBubblewrap !== null)(`limits and pauses${skipped}`, async () => {
  const ground = newGround();
  const python = await findPython({option: null});
  const environment = findEnvironment(readCatalogue([ground.environments]), "toy");
  const environmentFolder = join(ground.environments, "toy");
  const data = await prepareData({
    ...{python: python.path, environmentFolder, name: "toy", version: "1", tier: "small", synthetic: false},
    ...{cache: join(ground.folder, "data"), environment: pythonEnvironment()},
  });
  const plan = (agent: string, changes: Partial<PlanRequest>) =>
    planAttempts({
      ...{environment, attempts: 1, agent, person: null, cohort: null, tier: "small", timeLimitSeconds: 60, network: "none"},
      ...{
        sandbox: "auto",
        host: "local",
        seed: 1,
        binds: [],
        gpus: [],
        synthetic: false,
        taskModel: null,
        python: python.path,
        data,
        limits: {},
        constants: null,
      },
      now: new Date(),
      ...changes,
    })[0]!;

  /** An attempt in this process, so that limits can be small and the grace time short. */
  function newAttempt(agent: string, changes: Partial<PlanRequest> = {}, given: Partial<AttemptParts> = {}, variables = {}) {
    const own = plan(agent, changes);
    const runs = join(ground.folder, "here");
    writePlans(runs, [own]);
    const lines: string[] = [];
    const nothing = () => {};
    const parts = attemptOf(own, environment, environmentFolder, runs, {
      ...{host: {}, now: () => new Date(), monotonic: () => performance.now() / 1000, signal: new AbortController().signal},
      ...{
        onEvent: nothing,
        onProgress: nothing,
        onBreak: nothing,
        log: (line: string) => void lines.push(line),
        variables,
        pricesFile: null,
      },
      interact: async () => {},
    });
    return {parts: {...parts, graceSeconds: 1, ...given}, lines, folder: join(runs, own.id)};
  }

  const shell = (name: string, text: string) => `command:${ground.program(name, `#!/bin/bash\n${text}\n`)}`;

  it("time: ends at the limit, what was there then is scored, and counts at the limit", async () => {
    const agent = shell("time.sh", "echo 5 > answer.txt; score; echo 6 > answer.txt; sleep 1000");
    const {parts, folder} = newAttempt(agent, {timeLimitSeconds: 2});
    const {record} = await runAttempt(parts);
    expect(record).toMatchObject({endReason: "time-limit", workingSeconds: 2, finalScore: 6, status: "finished"});
    expect(record!.scoreLog!.at(-1)).toMatchObject({workingSeconds: 2, score: 6});
    const types = journalOf(folder).map(({type}) => type);
    expect(types.indexOf("limit")).toBeLessThan(types.lastIndexOf("scored"));
    expect(journalOf(folder).at(-1)!.workingSeconds).toBeLessThan(2.5);
  });

  it("a polite signal comes first: what a program then writes within the grace time is kept", async () => {
    const agent = shell("polite.sh", "trap 'echo 9 > answer.txt; exit 0' TERM; echo 1 > answer.txt; sleep 1000 & wait");
    const {record} = await runAttempt(newAttempt(agent, {timeLimitSeconds: 1}).parts);
    expect(record).toMatchObject({endReason: "time-limit", finalScore: 9});
  });

  it("whatever ignores signals and hides from its session is ended after the grace time", async () => {
    const marker = "marker-of-the-deaf-5417";
    const agent = shell(
      "deaf.sh",
      `trap '' TERM HUP INT; echo 3 > answer.txt; (trap '' TERM; exec setsid -f bash -c "exec -a ${marker} sleep 1000"); (while :; do :; done)`,
    );
    const began = performance.now();
    const {record} = await runAttempt(newAttempt(agent, {timeLimitSeconds: 1}, {graceSeconds: 2}).parts);
    expect(performance.now() - began).toBeGreaterThan(3000);
    expect(record).toMatchObject({endReason: "time-limit", finalScore: 3});
    expect(processesWith(marker)).toEqual([]);
  });

  it("output: a program that prints without end is ended, in bounded memory", async () => {
    const agent = shell("prints.sh", "echo 2 > answer.txt; yes 0123456789");
    const before = process.memoryUsage().rss;
    const {record} = await runAttempt(newAttempt(agent, {limits: {outputBytes: 50e6}}).parts);
    expect(record).toMatchObject({endReason: "output-limit", finalScore: 2});
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  });

  it("disk: a workspace that grows beyond its limit ends the attempt", async () => {
    const agent = shell("grows.sh", "echo 4 > answer.txt; for i in 1 2 3 4 5 6 7 8; do head -c 10000000 /dev/zero > $i; done; sleep 1000");
    const {record} = await runAttempt(newAttempt(agent, {limits: {diskBytes: 20e6}}).parts);
    expect(record).toMatchObject({endReason: "disk-limit", finalScore: 4});
  });

  it("tokens and dollars: the attempt ends when the last answer has spent them, and what was reached is scored", async () => {
    const upstream = await startScriptedUpstream({
      key: KEY,
      script: ({index}) => ({text: `\`\`\`bash\necho ${index + 1} > answer.txt\n\`\`\``, usage: {input: 400, output: 100}}),
    });
    const variables = {OPENAI_API_KEY: KEY, OPENAI_BASE_URL: upstream.openaiUrl};
    try {
      const spec = `modular:${GPT},maxOutputTokens=100`;
      const tokens = await runAttempt(newAttempt(spec, {network: "model", limits: {tokens: 12_000}}, {}, variables).parts);
      expect(tokens.record).toMatchObject({endReason: "token-limit", status: "finished"});
      expect(tokens.record!.finalScore).toBeGreaterThan(1);
      const spent = tokens.record!.tokenUsage!.reduce((sum, {input, output}) => sum + input! + output!, 0);
      expect(spent).toBeLessThanOrEqual(12_000 + 500);
      const dollars = await runAttempt(newAttempt(spec, {network: "model", limits: {costUsd: 0.02}}, {}, variables).parts);
      expect(dollars.record).toMatchObject({endReason: "cost-limit"});
      expect(dollars.record!.nominalCostUsd).toBeGreaterThan(0.01);
    } finally {
      await upstream.close();
    }
  });

  it("no program can submit in another's name: the runner's own requests cannot be asked for", async () => {
    const ask = `import json, os, socket
s = socket.socket(socket.AF_UNIX); s.connect(os.environ["REBENCH_SOCKET"])
s.sendall((json.dumps({"id": "final-score", "token": os.environ["REBENCH_TOKEN"], "action": "score"}) + "\\n").encode())
print(s.makefile().readline())`;
    const agent = shell("names.sh", `echo 7 > answer.txt; python3 -c '${ask}'; echo 1 > answer.txt`);
    const {parts, folder} = newAttempt(agent);
    const {record} = await runAttempt(parts);
    expect(record!.scoreLog!.map(({score}) => score)).toEqual([7, 1]);
    expect(journalOf(folder).filter((entry) => entry.type === "scored" && entry.requestId === "final-score")).toHaveLength(1);
  });

  it("a scorer that fails is no score and no result; one attempt's fault is said", async () => {
    const agent = shell("breaks.sh", "echo 7 broken > answer.txt; score; echo status $?; score --log");
    const {parts, lines} = newAttempt(agent);
    const {record} = await runAttempt(parts);
    expect(record).toMatchObject({status: "error", finalScore: null, scoreLog: [], sourceFields: {scoringFailures: 4}});
    expect(lines.join("\n")).toContain("ended with status 1");
  });

  it("Ctrl-C pauses and says how to go on; what goes on is the same attempt", async () => {
    const counts = `[ "$REBENCH_RESUMED" = 1 ] && { echo 20 > answer.txt; score; exit 0; }\necho 10 > answer.txt; score; sleep 4`;
    const program = ground.program("pauses.sh", `#!/bin/bash\n${counts}\n`);
    const child = ground.startJson(["--agent", `command:${program}`, "--attempts", "2", "--out", "paused"]);
    child.stdout.on("data", (chunk) => String(chunk).includes('"scored"') && setTimeout(() => child.kill("SIGINT"), 300));
    const {status, stderr} = await outcome(child);
    expect(status).toBe(130);
    const [first, second] = ground.attempts("paused") as [string, string];
    const [id, other] = [first, second].map((attempt) => attempt.slice(attempt.lastIndexOf("/") + 1));
    expect(stderr).toContain(`rebench resume paused/${id}`);
    expect(stderr).toContain(`rebench resume paused/${other}`); // its turn had not come
    expect(journalOf(first).at(-1)).toMatchObject({type: "paused", reason: "user"});
    const pausedAt = journalOf(first).at(-1)!.workingSeconds;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const resumed = await ground.resume(`paused/${id}`, `paused/${other}`);
    expect(`${resumed.status} ${resumed.stderr}`).toMatch(/^0 /);
    const record = recordOf(first);
    expect(record.scoreLog!.slice(0, 2).map(({score}) => score)).toEqual([10, 20]);
    expect(record.pauses!.find(({reason}) => reason === "user")!.seconds).toBeGreaterThan(1.5);
    expect(record.workingSeconds).toBeLessThan(pausedAt + 5);
    expect(record).toMatchObject({status: "finished", endReason: "agent-finished", sourceFields: {resumptions: 1}});
  });

  it("a second Ctrl-C ends the runner at once; nothing is left running, and the attempt goes on", async () => {
    const marker = "marker-of-the-second-5418";
    const program = ground.program(
      "twice.sh",
      `#!/bin/bash\n[ "$REBENCH_RESUMED" = 1 ] && exit 0\necho 10 slow=30 > answer.txt; (exec -a ${marker} sleep 1000) & score\n`,
    );
    const child = ground.startJson(["--agent", `command:${program}`, "--out", "twice"]);
    child.stdout.on("data", (chunk) => {
      if (!String(chunk).includes('"copied"')) return;
      child.kill("SIGINT");
      setTimeout(() => child.kill("SIGINT"), 5);
    });
    const {status} = await outcome(child);
    expect(status).toBe(130);
    await expect.poll(() => processesWith("toy/scorer.py")).toEqual([]);
    const [attempt] = ground.attempts("twice") as [string];
    writeFileSync(join(ground.environments, "toy", "scorer.py"), "print('{\"score\": 33}')\n");
    const resumed = await ground.resume(attempt);
    expect(`${resumed.status} ${resumed.stderr}`).toMatch(/^0 /);
    expect(recordOf(attempt).scoreLog).toMatchObject([{score: 33}, {score: 33, message: "repeat"}]); // the one in flight, then the end
    expect(processesWith(marker)).toEqual([]);
  });

  it("an attempt that is being run is not resumed, and one that has ended gives its record again", async () => {
    const program = ground.program("runs.sh", "#!/bin/bash\nsleep 3\n");
    const child = ground.startJson(["--agent", `command:${program}`, "--out", "held"]);
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const [attempt] = ground.attempts("held") as [string];
    const refused = await ground.resume(attempt);
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining(`the attempt is being run by process ${child.pid}`)]);
    expect((await outcome(child)).status).toBe(0);
    const before = JSON.stringify(recordOf(attempt));
    expect((await ground.resume(attempt)).status).toBe(0);
    expect(JSON.stringify(recordOf(attempt))).toBe(before);
  });
});
