import {existsSync, readdirSync, readFileSync, writeFileSync} from "node:fs";
import {basename, join} from "node:path";
import {afterAll, describe, expect, it} from "vitest";
import {startScriptedUpstream} from "../gateway/scriptedUpstream.js";
import {noBubblewrap, processesWith, skipped} from "../sandbox/sandboxes.js";
import {filesWith, type Ground, journalOf, newGround, recordOf} from "./toyRuns.js";

const KEY = "sk-very-secret-key-0123456789";
const [GPT, CLAUDE] = ["gpt-4o-2024-08-06", "claude-3-5-sonnet-20241022"];
const PRICES = JSON.stringify({
  ...{currency: "USD", unit: "per million tokens"},
  models: [GPT, CLAUDE].map((name) => ({
    name,
    prices: [{from: "2024-01-01", input: 2, output: 10, cacheRead: 1, cacheWrite: 4, source: "invented", certain: true}],
  })),
});

async function ended(ground: Ground, args: string[], env: NodeJS.ProcessEnv = {}, out = "runs") {
  const {status, stderr, stdout} = await ground.run([...args, "--out", out], env);
  expect(`${status} ${stderr}`).toMatch(/^0 /);
  return {stdout, stderr, attempts: ground.attempts(out)};
}

describe.skipIf(noBubblewrap !== null)(`attempts from the command line${skipped}`, () => {
  const ground = newGround({reference: {"answer.txt": "100 the-reference-itself", "notes/why.txt": "words-of-the-reference"}});

  it("start: scored as it is, submitted, imported and analysed with others", async () => {
    const {stdout, attempts} = await ended(ground, ["--agent", "start", "--attempts", "3", "--parallel", "2", "--time-limit", "1m"]);
    expect(attempts).toHaveLength(3);
    for (const attempt of attempts) {
      expect(recordOf(attempt)).toMatchObject({
        ...{status: "finished", endReason: "submitted", finalScore: 0, timeLimitSeconds: 60, tier: "small", environment: "toy"},
        participant: {kind: "agent", scaffold: "start"},
        sourceFields: {"mechanism.isolation": process.getuid!() === 0 ? "other-user" : "own-namespace"},
      });
    }
    expect(new Set(attempts.map((attempt) => recordOf(attempt).seed)).size).toBe(3);
    expect(stdout).toContain("rebench import runs/");
    const imported = JSON.parse((await ground.rebench(["import", "runs/", "--json", "--environments-dir", ground.environments])).stdout);
    expect(imported.files.map(({added}: {added: number}) => added)).toEqual([1, 1, 1]);
    expect(imported.files.map(({fileName}: {fileName: string}) => fileName)).toEqual(
      attempts.map((attempt) => `${basename(attempt)}.record.json`),
    );
    const analysed = await ground.rebench([
      "analyze",
      "--budgets",
      "1m,2m",
      "--bootstrap",
      "100",
      "--environments-dir",
      ground.environments,
    ]);
    expect(`${analysed.status} ${analysed.stderr}`).toMatch(/^0/);
    expect(analysed.stdout).toContain("0.000");
    const again = JSON.parse((await ground.rebench(["import", "runs/", "--json", "--environments-dir", ground.environments])).stdout);
    expect(again.files.map(({added, unchanged}: {added: number; unchanged: number}) => [added, unchanged])).toEqual(Array(3).fill([0, 1]));
  });

  it("a folder without records is no import, and says what to do", async () => {
    const empty = await ground.rebench(["import", "environments"]);
    expect([empty.status, empty.stderr]).toEqual([1, expect.stringContaining("there is no record of an attempt in environments")]);
    const missing = await ground.rebench(["import", "no-such-folder/"]);
    expect(missing.status).toBe(1);
  });

  it("reference: it is scored, and nothing of it is left in the clear", async () => {
    const {attempts} = await ended(ground, ["--agent", "reference"], {}, "reference");
    expect(recordOf(attempts[0]!)).toMatchObject({finalScore: 100, participant: {scaffold: "reference"}});
    for (const text of ["the-reference-itself", "words-of-the-reference"]) {
      expect(filesWith(attempts[0]!, text)).toEqual([]);
      expect(filesWith(attempts[0]!, Buffer.from(text).toString("base64").slice(0, 20))).toEqual([]);
    }
    expect(readdirSync(attempts[0]!)).not.toContain("workspace");
  });

  it("reference: one with a file outside the workspace is refused, before anything is made", async () => {
    const own = newGround({reference: {"answer.txt": "100", "../planted.txt": "outside"}});
    const {status, stderr} = await own.run(["--agent", "reference"]);
    expect([status, stderr]).toEqual([1, expect.stringContaining("holds a file outside its folder: ../planted.txt")]);
    expect(filesWith(own.folder, "outside")).toEqual([]);
  });

  it("reference: one that is made by a program", async () => {
    const own = newGround({reference: {"make_submission.py": "open('answer.txt', 'w').write(str(99 + 0.5))  # secret-program"}});
    const {attempts} = await ended(own, ["--agent", "reference"]);
    expect(recordOf(attempts[0]!).finalScore).toBe(99.5);
    expect(filesWith(attempts[0]!, "secret-program")).toEqual([]);
  });

  it("command: a program in shell scores, is told what it needs, and sees nothing else", async () => {
    const look = `
      set -e; cat > answer.txt <<< 7; score; echo "seed $REBENCH_SEED resumed $REBENCH_RESUMED limit $REBENCH_TIME_LIMIT_SECONDS $REBENCH_DIRECTION"
      cat "$REBENCH_INSTRUCTIONS" /data/data.txt; env; id -u; ls -la / /run /run/rebench
      grep -r hidden-key-of-the-toy / --include=data.txt 2>/dev/null && echo FOUND-PROTECTED
      clock pause && echo PAUSED; echo 8 > answer.txt; score --json; score --log; submit`;
    const program = ground.program("look.sh", `#!/bin/bash\n${look.replace("set -e;", "")}`);
    const {attempts} = await ended(ground, ["--agent", `command:${program}`], {OPENAI_API_KEY: KEY}, "command");
    const [attempt] = attempts as [string];
    expect(recordOf(attempt)).toMatchObject({
      ...{endReason: "submitted", finalScore: 8, participant: {scaffold: "look"}, tokenUsage: [], nominalCostUsd: 0},
      scoreLog: [{score: 7}, {score: 8}, {score: 8, message: "repeat"}],
    });
    const transcript = readFileSync(join(attempt, "transcript.jsonl"), "utf8");
    for (const wanted of [
      "Score: 7",
      "resumed 0 limit 60 higher",
      "You have 1m of working time",
      "seen",
      "cannot be stopped by a program",
    ]) {
      expect(transcript).toContain(wanted);
    }
    for (const secret of [KEY, "hidden-key-of-the-toy", "FOUND-PROTECTED", '"hidden":42', "PAUSED"])
      expect(transcript).not.toContain(secret);
    const {size} = new Set(journalOf(attempt).flatMap((entry) => (entry.type === "scored" ? [entry.requestId] : [])));
    expect(size).toBe(3);
  });

  it("command: a program that fails ends the attempt, which counts with its scores", async () => {
    const program = ground.program(
      "fails.py",
      "#!/usr/bin/env python3\nimport subprocess\nopen('answer.txt', 'w').write('5')\nsubprocess.run(['score'])\nraise SystemExit(3)",
    );
    const {attempts} = await ended(ground, ["--agent", `command:${program}`], {}, "fails");
    expect(recordOf(attempts[0]!)).toMatchObject({status: "finished", endReason: "agent-failed", finalScore: 5});
    expect(journalOf(attempts[0]!).at(-1)).toMatchObject({type: "ended", detail: expect.stringContaining("exit status 3")});
  });

  it("replay: the same actions give the same scores, from a list and from an attempt's transcript", async () => {
    const file = join(ground.folder, "wiederholt.json");
    const actions = [
      {action: "write", path: "answer.txt", content: "11"},
      {action: "score"},
      {action: "exec", command: "echo 12 > answer.txt"},
    ];
    writeFileSync(file, JSON.stringify([...actions, {action: "score"}, {action: "submit"}]));
    const {attempts} = await ended(ground, ["--agent", `replay:${file},pace=fast`], {}, "replay");
    expect(recordOf(attempts[0]!).scoreLog!.map(({score}) => score)).toEqual([11, 12, 12]);
    const again = await ended(ground, ["--agent", `replay:${join(attempts[0]!, "transcript.jsonl")},pace=fast`], {}, "replayed");
    expect(
      recordOf(again.attempts[0]!)
        .scoreLog!.map(({score}) => score)
        .slice(1),
    ).toEqual([12, 12]);
  });

  it("an attempt is one folder: plan, journal, transcript, record", async () => {
    const [attempt] = ground.attempts("replay") as [string];
    for (const name of ["attempt.json", "journal.jsonl", "transcript.jsonl", "workspace", "submissions"]) {
      expect(existsSync(join(attempt, name))).toBe(true);
    }
    for (const name of ["lock", "sockets"]) expect(existsSync(join(attempt, name))).toBe(false);
  });

  describe("with models", async () => {
    const replies = [
      "```bash\necho 40 > answer.txt\n```",
      "```score\n```",
      "```python\nopen('answer.txt', 'w').write('90')\n```",
      "```score\n```",
    ];
    let shown: string[] = [];
    const upstream = await startScriptedUpstream({
      key: KEY,
      async script({body, index}) {
        shown = [...shown, ...processesWith(KEY)];
        const asked = JSON.stringify(body);
        if (asked.includes("is_bug")) return '{"is_bug": false, "summary": "fine", "metric": 1}';
        if (asked.includes("solution_builder"))
          return `A plan.\n\`\`\`python\nopen("answer.txt", "w").write(str(${30 + 10 * (index % 5)}))\n\`\`\``;
        const turn = (body.messages as {role: string}[]).filter(({role}) => role === "assistant").length;
        return {text: replies[turn] ?? "```submit\n```", usage: {cacheRead: 11 + index, cacheWrite: 3, reasoning: 2}};
      },
    });
    afterAll(() => upstream.close());
    const prices = join(ground.folder, "prices.json");
    writeFileSync(prices, PRICES);
    const addresses = {
      ...{OPENAI_API_KEY: KEY, ANTHROPIC_API_KEY: KEY},
      ...{OPENAI_BASE_URL: upstream.openaiUrl, ANTHROPIC_BASE_URL: upstream.anthropicUrl},
    };
    /** What the server counted since it was last asked. */
    const counted = () => {
      const totals = new Map(upstream.counted);
      upstream.counted.clear();
      return totals;
    };
    const dollars = ({input, output, cacheRead, cacheWrite}: Record<string, number>) =>
      (2 * input! + 10 * output! + cacheRead! + 4 * cacheWrite!) / 1e6;

    it.each([
      ["modular", GPT, 90],
      ["modular", CLAUDE, 90],
      ["aide", GPT, 30],
    ])("%s:%s beats the start, and tokens and cost are those that the server counted", async (kind, model, least) => {
      const spec = kind === "aide" ? `aide:${model},drafts=2,steps=3` : `modular:${model}`;
      const out = `${kind}-${model}`;
      const {attempts} = await ended(ground, ["--agent", spec, "--prices", prices], addresses, out);
      const record = recordOf(attempts[0]!);
      expect(record.finalScore).toBeGreaterThanOrEqual(least);
      expect(record.status).toBe("finished");
      const {calls, ...usage} = counted().get(model)!;
      expect(calls).toBeGreaterThan(3);
      expect(record.tokenUsage).toHaveLength(1);
      const [used] = record.tokenUsage!;
      expect(used).toMatchObject({model, input: usage.input, output: usage.output, cacheRead: usage.cacheRead});
      expect(record.nominalCostUsd).toBeCloseTo(dollars(usage), 12);
      expect(journalOf(attempts[0]!).filter(({type}) => type === "model-call")).toHaveLength(calls);
      expect(filesWith(join(ground.folder, out), KEY)).toEqual([]);
    });

    it("command: a program inside reaches its model through the gateway, with a token and no key", async () => {
      const program = ground.program(
        "asks.py",
        `#!/usr/bin/env python3
import json, os, urllib.request
body = {"model": "${GPT}", "messages": [{"role": "user", "content": "hello"}]}
headers = {"authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "content-type": "application/json"}
request = urllib.request.Request(os.environ["OPENAI_BASE_URL"] + "/chat/completions", json.dumps(body).encode(), headers)
print(json.load(urllib.request.urlopen(request))["usage"])
try:
    urllib.request.urlopen("${upstream.openaiUrl}/models", timeout=2)
    print("REACHED")
except OSError as error:
    print("unreachable", error)
os.system("cat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr '\\\\0' '\\\\n'")
`,
      );
      const {attempts} = await ended(ground, ["--agent", `command:${program},model=${GPT}`, "--prices", prices], addresses, "asks");
      const record = recordOf(attempts[0]!);
      const {calls, ...usage} = counted().get(GPT)!;
      expect(record).toMatchObject({endReason: "agent-finished", tokenUsage: [{model: GPT, input: usage.input, output: usage.output}]});
      expect([calls, record.nominalCostUsd]).toEqual([1, dollars(usage)]);
      const transcript = readFileSync(join(attempts[0]!, "transcript.jsonl"), "utf8");
      expect(transcript).toContain("unreachable");
      expect(transcript).not.toContain("REACHED");
      expect(transcript).toContain("OPENAI_API_KEY=");
      expect(filesWith(join(ground.folder, "asks"), KEY)).toEqual([]);
    });

    it("the key was in no command line while they worked", () => {
      expect(shown).toEqual([]);
    });

    it("a key that the provider refuses ends nothing: it is said, and the attempt goes on with the right one", async () => {
      const wrong = await ground.run(["--agent", `modular:${GPT}`, "--out", "key", "--prices", prices], {
        ...addresses,
        OPENAI_API_KEY: "sk-wrong-key-000",
      });
      expect(wrong.status).toBe(1);
      expect(wrong.stderr).toMatch(/key/);
      expect(wrong.stderr).not.toContain("sk-wrong-key-000");
      expect(wrong.stderr).not.toContain("    at ");
      const [attempt] = ground.attempts("key") as [string];
      expect(readdirSync(attempt).filter((name) => name.endsWith(".record.json"))).toEqual([]);
      const resumed = await ground.rebench(["resume", attempt, "--environments-dir", ground.environments, "--prices", prices], addresses);
      expect(`${resumed.status} ${resumed.stderr}`).toMatch(/^0 /);
      expect(recordOf(attempt)).toMatchObject({finalScore: 90, status: "finished"});
    });
  });
});
