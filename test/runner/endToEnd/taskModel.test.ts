import {copyFileSync, cpSync, readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {afterAll, describe, expect, it} from "vitest";
import {type Script, startScriptedUpstream} from "../gateway/scriptedUpstream.js";
import {noBubblewrap, skipped} from "../sandbox/sandboxes.js";
import {filesWith, journalOf, newGround, recordOf} from "./toyRuns.js";

const KEY = "sk-key-of-the-task-model-0123456789";
const MODEL = "judge-1";
const PRICES = JSON.stringify({
  ...{currency: "USD", unit: "per million tokens"},
  models: [
    {name: MODEL, prices: [{from: "2024-01-01", input: 2, output: 10, cacheRead: 1, cacheWrite: 4, source: "invented", certain: true}]},
  ],
});

/** Says 7 to what the scorer asks, and "ok" to the service. */
const judge: Script = ({body}) => (JSON.stringify(body.messages).includes("held-out-word") ? "7" : "ok");

const ASKS = `#!/bin/sh
env >environment
ls -R /run >>environment
service '{"ask": "first"}' >>answers
service '{"ask": "second"}' >>answers
echo 1 >answer.txt
score >>answers
`;

describe.skipIf(noBubblewrap !== null)(`the language model that is part of a task${skipped}`, async () => {
  const repository = join(import.meta.dirname, "..", "..", "..");
  const service = join(import.meta.dirname, "..", "service");
  const ground = newGround({runner: {service: true, taskModel: ["small"]}});
  for (const name of ["service", "scorer"])
    copyFileSync(join(service, `asking_${name}.py`), join(ground.environments, "toy", `${name}.py`));
  cpSync(join(repository, "environments", "_lib", "rebench_lib"), join(ground.environments, "_lib", "rebench_lib"), {recursive: true});
  writeFileSync(join(ground.folder, "prices.json"), PRICES);
  const upstream = await startScriptedUpstream({key: KEY, script: judge});
  afterAll(upstream.close);

  let runs = 0;

  async function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const out = `runs-${++runs}`;
    upstream.requests.length = 0;
    upstream.counted.clear();
    const agent = `command:${ground.program(`${out}.sh`, program)}`;
    const own = {REBENCH_MODEL_URL: upstream.openaiUrl, REBENCH_MODEL_KEY: KEY};
    const {status, stderr} = await ground.run(["--agent", agent, "--time-limit", "1m", "--prices", "prices.json", "--out", out, ...args], {
      ...own,
      ...env,
    });
    return {status, stderr, folder: ground.attempts(out)[0]!};
  }

  async function attempt(...given: Parameters<typeof run>) {
    const {status, stderr, folder} = await run(...given);
    expect(`${status} ${stderr}`).toMatch(/^0 /);
    return {folder, record: recordOf(folder)};
  }
  const inWorkspace = (folder: string, name: string) => readFileSync(join(folder, "workspace", name), "utf8");

  it("is asked through the runner, which counts it apart from its participant and keeps the key", async () => {
    const {folder, record} = await attempt(ASKS, ["--task-model", `openai:${MODEL}`]);
    expect(record).toMatchObject({status: "finished", finalScore: 7, nominalCostUsd: 0, tokenUsage: []});
    const {input, output, calls} = upstream.counted.get(MODEL)!;
    expect(calls).toBe(3); // the scoring at the end is a repeat
    expect(record.sourceFields).toMatchObject({
      ...{taskModel: `openai:${MODEL}`, taskModelCalls: 3, taskModelTokens: input + output, taskModelCallsWithoutUsage: 0},
      taskModelCostUsd: expect.closeTo((2 * input + 10 * output) / 1e6, 12),
    });
    const {taskModelCostUsd, taskModelScoringCostUsd} = record.sourceFields as Record<string, number>;
    expect(taskModelScoringCostUsd).toBeGreaterThan(0);
    expect(taskModelScoringCostUsd).toBeLessThan(taskModelCostUsd!);
    expect(journalOf(folder).flatMap((entry) => (entry.type === "task-model-call" ? [entry.asker] : []))).toEqual([
      "service",
      "service",
      "scorer",
    ]);
    expect(inWorkspace(folder, "answers")).toContain('"text": "ok"');
    const seen = inWorkspace(folder, "environment");
    expect(seen).not.toContain("REBENCH_MODEL");
    expect(seen).not.toContain("model.sock");
    expect(filesWith(folder, KEY)).toEqual([]);
    expect(filesWith(folder, "held-out-word")).toEqual([]); // what is asked about held-out data is in no file that is shown around
  });

  it("a limit ends the attempt, which gets its score at the end", async () => {
    const program = `#!/bin/sh
      echo 1 >answer.txt
      for i in 1 2 3 4 5 6 7 8 9; do service '{"ask": "${"words ".repeat(40)}"}' >>answers; done
      sleep 60`;
    const {folder, record} = await attempt(program, ["--task-model", MODEL, "--task-tokens", "150"]);
    expect(record).toMatchObject({status: "finished", endReason: "token-limit", finalScore: 7});
    const asked = upstream.requests.length;
    expect(asked).toBeLessThan(6);
    expect(record.sourceFields).toMatchObject({taskModelCalls: asked});
    expect(journalOf(folder).find(({type}) => type === "ended")).toMatchObject({
      detail: expect.stringMatching(/^the model that is part of the task: [0-9]+ of 150 tokens$/),
    });
  });

  it("its provider's pauses stop the clock, and a claude model is asked in its own wire", async () => {
    upstream.next.push({status: 429, headers: {"retry-after": "2"}});
    const program = '#!/bin/sh\nservice \'{"ask": "first"}\' >answers\necho 1 >answer.txt\n';
    const {folder, record} = await attempt(program, ["--task-model", "claude-judge"], {REBENCH_MODEL_URL: upstream.anthropicUrl});
    expect(JSON.parse(inWorkspace(folder, "answers"))).toMatchObject({text: "ok", waited: expect.closeTo(2, 0)});
    expect(record.pauses).toContainEqual(expect.objectContaining({reason: "upstream-429", seconds: expect.closeTo(2, 0)}));
    const elapsed = (Date.parse(record.endedAt!) - Date.parse(record.startedAt!)) / 1000;
    expect(record.workingSeconds).toBeLessThan(elapsed - 1.5);
    expect(upstream.requests.map(({wire}) => wire)).toEqual(["messages", "messages", "messages"]);
    expect(record.sourceFields).toMatchObject({taskModelCostUsd: null}); // it has no price
  });

  it("a provider that is slow to answer a scorer does not end it", async () => {
    const program = "#!/bin/sh\necho 1 >answer.txt\nscore >answers\n";
    upstream.next.push({status: 429, headers: {"retry-after": "12"}}); // longer than a scoring may take
    const file = join(ground.environments, "toy", "environment.json");
    const toy = readFileSync(file, "utf8");
    writeFileSync(file, toy.replace(/"scoringTimeoutSeconds":\{"small":\d+\}/, '"scoringTimeoutSeconds":{"small":10}'));
    const {record} = await attempt(program, ["--task-model", MODEL]);
    writeFileSync(file, toy);
    expect(record).toMatchObject({finalScore: 7, sourceFields: {scoringFailures: 0}});
  });

  it("a scorer that cannot ask it, whatever it asks, loses nothing either", async () => {
    const program = '#!/bin/sh\necho 1 >answer.txt\n[ "$REBENCH_RESUMED" = 1 ] || score >answers 2>&1\n';
    upstream.next.push({status: 402, text: "your credit is used up"});
    const cut = await run(program, ["--task-model", MODEL]);
    expect(`${cut.status} ${cut.stderr}`).toMatch(/^1 [\s\S]*the scorer cannot ask the language model[\s\S]*your credit is used up/);
    const env = {REBENCH_MODEL_URL: upstream.openaiUrl, REBENCH_MODEL_KEY: KEY};
    await ground.rebench(["resume", cut.folder, "--environments-dir", ground.environments], env);
    expect(recordOf(cut.folder)).toMatchObject({status: "finished", finalScore: 7, sourceFields: {scoringFailures: 0}});
  });

  it.each([
    ["a scorer", "score >answers 2>&1"],
    ["a service", 'service \'{"ask": "first"}\' >answers 2>&1\nscore >answers'],
    ["the scoring at the end", "true"],
  ])("a key that is refused when %s asks loses nothing: the attempt goes on with another", async (_, asks) => {
    const program = `#!/bin/sh\necho 1 >answer.txt\n[ "$REBENCH_RESUMED" = 1 ] || { ${asks}; }\n`;
    const wrong = await run(program, ["--task-model", MODEL], {REBENCH_MODEL_KEY: "sk-a-wrong-key-0123456789"});
    expect(`${wrong.status} ${wrong.stderr}`).toMatch(/^1 /);
    expect(wrong.stderr).toContain("refused the key of the runner (status 401)");
    expect(wrong.stderr).toContain("Set REBENCH_MODEL_KEY to a key that is valid there");
    expect(wrong.stderr).not.toContain("sk-a-wrong");
    expect(journalOf(wrong.folder).map(({type}) => type)).not.toContain("scoring-failed");
    const env = {REBENCH_MODEL_URL: upstream.openaiUrl, REBENCH_MODEL_KEY: KEY};
    const right = await ground.rebench(["resume", wrong.folder, "--environments-dir", ground.environments], env);
    expect(`${right.status} ${right.stderr}`).toMatch(/^0 /);
    expect(recordOf(wrong.folder)).toMatchObject({status: "finished", finalScore: 7, sourceFields: {scoringFailures: 0, resumptions: 1}});
  });

  it("an attempt that was planned without one is told so, before anything begins", async () => {
    const {folder} = await run("#!/bin/sh\n", ["--task-model", MODEL], {REBENCH_MODEL_KEY: "sk-a-wrong-key-0123456789"});
    const file = join(folder, "attempt.json");
    const {taskModel: _, ...plan} = JSON.parse(readFileSync(file, "utf8"));
    writeFileSync(file, JSON.stringify(plan));
    const resumed = await ground.resume(folder);
    expect([resumed.status, resumed.stderr]).toEqual([2, expect.stringContaining(`the plan of ${plan.id} names none`)]);
  });

  it("is named where a task has one, and nowhere else", async () => {
    const missing = await ground.run(["--agent", "start"]);
    expect([missing.status, missing.stderr]).toEqual([
      2,
      expect.stringContaining("toy asks a language model of its own at tier small, and none was named"),
    ]);
    const plain = newGround();
    const needless = await plain.run(["--agent", "start", "--task-model", MODEL]);
    expect([needless.status, needless.stderr]).toEqual([2, expect.stringContaining("toy asks no language model of its own at tier small")]);
    const limited = await plain.run(["--agent", "start", "--task-dollars", "1"]);
    expect([limited.status, limited.stderr]).toEqual([2, expect.stringContaining("Leave --task-model, --task-tokens")]);
    const keyless = await ground.run(["--agent", "start", "--task-model", MODEL], {REBENCH_MODEL_URL: "", OPENAI_API_KEY: ""});
    expect([keyless.status, keyless.stderr]).toEqual([1, expect.stringContaining(`no key for ${MODEL}`)]);
  });
});
