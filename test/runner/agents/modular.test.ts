import {readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {RebenchError} from "../../../src/errors.js";
import type {ModularState} from "../../../src/runner/agents/modular/modularState.js";
import {modularAgent} from "../../../src/runner/agents/modular.js";
import {parseAgentSpec} from "../../../src/runner/agents/parseAgentSpec.js";
import {type Said, type Script, type StubOptions, stubContext, temporaryFolder} from "./stubContext.js";

const agentOf = (options = "") => modularAgent(parseAgentSpec(`modular:m${options}`) as Parameters<typeof modularAgent>[0]);
const block = (tool: string, body = "") => `\`\`\`${tool}\n${body}\n\`\`\``;
const bash = (code: string) => block("bash", code);
const inTurn =
  (...said: Said[]): Script =>
  (_, call) =>
    said[call] ?? block("submit");

/** The number in solution.py, lower is better. */
const numberIn = (workspace: string): number | null => {
  const value = Number(readFileSync(join(workspace, "solution.py"), "utf8").replace("X =", ""));
  return Number.isFinite(value) ? value : null;
};

/** A run whose model says this, and the last message of each question. */
async function runWith(said: Said[], options: StubOptions = {}, agent = "") {
  const context = stubContext({script: inTurn(...said), files: {"solution.py": "X = 10"}, scorer: numberIn, ...options});
  await agentOf(agent).run(context);
  return {context, told: context.requests.map(({messages}) => messages.at(-1)!.content)};
}

describe("modularAgent", () => {
  it("beats the start: looks, changes, scores, submits", async () => {
    const {context, told} = await runWith([
      bash("cat solution.py"),
      block("score"),
      block("python", "from pathlib import Path\nvalue = 3\nPath('solution.py').write_text(f'X = {value}')"),
      block("python", "value + 1"),
      block("score"),
      block("score_log"),
    ]);
    expect(context.scores.map(({score}) => score)).toEqual([10, 3]);
    expect(context.isSubmitted()).toBe(true);
    expect(told[0]).toContain(context.instructions);
    expect(told[1]).toMatch(/^X = 10\n\n\[0 % of the time limit used.\]$/);
    expect(told[2]).toContain("Score: 10 (lower is better).");
    expect(told[4]).toMatch(/^4\n/);
    expect(told[6]).toMatch(/^1\. after 0 s: Score: 10 .*\n2\. after 1 s: Score: 3 /);
    expect(context.requests[0]).toMatchObject({model: "m", temperature: 1, maxOutputTokens: 4096});
    expect(
      context.requests.map(({messages}) =>
        messages
          .map(({role}) => role)
          .join(" ")
          .replace(/( assistant user)*$/, ""),
      ),
    ).toEqual(context.requests.map(() => "system user"));
  });

  it("stops commands at their time limit, which the model sets", async () => {
    const {told, context} = await runWith([
      block("time_limit", "1"),
      bash("echo begun; sleep 30"),
      block("python", "x = 5\nprint('begun', flush=True)\nimport time; time.sleep(30)"),
      block("python", "x"),
      block("time_limit", "20m"),
      bash("exit 7"),
    ]);
    expect(told[2]).toMatch(/^begun\n\[Stopped after 1 s/);
    expect(told[3]).toMatch(/^begun\n(.|\n)*\[Stopped after 1 s.*\n\[Interrupted\. The Python session goes on/);
    expect(told[4]).toMatch(/^5\n/);
    expect(told[6]).toContain("[exit status 7]");
    expect(context.execs.at(-1)!.options.timeoutSeconds).toBe(1200);
  });

  it("says what a model did wrong, and gives up on one that never acts", async () => {
    const {told} = await runWith(["I think.", block("rust", "x"), {text: "```bash\nls", stopReason: "length"}, {text: ""}]);
    expect(told.slice(1, 5).map((text) => text.slice(0, 30))).toEqual([
      ...["No action was found in your an", "No action was found in your an"],
      ...["Your answer was cut off at the", "No action was found in your an"],
    ]);
    const context = stubContext({script: () => "no"});
    await expect(agentOf().run(context)).rejects.toThrow("no action was found in 30 answers in a row");
    expect(context.requests.every(({messages}) => messages.every(({content}) => content !== ""))).toBe(true);
  });

  it("tells a scorer's fault from the participant's", async () => {
    const broken = new RebenchError("scorer-broken", {problem: "could not be scored", hint: "Ask again later."});
    const {told} = await runWith([block("score"), bash("echo X = nothing > solution.py"), block("score")], {
      scorer: (workspace, calls) => (calls === 0 && numberIn(workspace) === 10 ? broken : numberIn(workspace)),
    });
    expect(told[1]).toContain("could not be scored");
    expect(told[3]).toContain("Not valid. solution.py holds no number");
  });

  it("tells hidden scores only as valid or not", async () => {
    const {told} = await runWith([block("score")], {environment: {scoreHidden: true, combine: "mean"}});
    expect(told[1]).toContain("Valid. Scores are not shown");
    expect(told[1]).not.toContain("10");
  });

  it("shows long outputs in part and keeps them in a file; sooner once half of the tokens are used", async () => {
    const print = (count: number) => block("python", `print('a' * 300 + 'b' * ${count - 600} + 'c' * 300, end='')`);
    const late = {progress: () => ({tokens: 50, tokenLimit: 100})};
    const [early, long, half] = [await runWith([print(100_000)]), await runWith([print(100_001)]), await runWith([print(8001)], late)];
    expect(early.told[1]!.length).toBeGreaterThan(100_000);
    for (const {told, context} of [long, half]) {
      expect(told[1]).toMatch(/^a{300}\n\[… \d+ characters in all, .* all of it is in outputs\/turn-0001\.txt …\]\nc{300}\n/);
      expect(context.read("outputs/turn-0001.txt")).toMatch(/^a{300}b+c{300}$/);
    }
    expect(long.context.read("outputs/turn-0001.txt")).toHaveLength(100_001);
    expect((await runWith([print(8000)], late)).told[1]!.length).toBeGreaterThan(8000);
  });

  it("says the larger share of time and tokens, and nudges once at 3/4 and once at 9/10", async () => {
    const shares = [0.1, 0.5, 0.76, 0.8, 0.91, 0.95];
    const {told} = await runWith(
      shares.map(() => bash("true")),
      {progress: (calls) => ({workingSeconds: 36 * calls, tokens: 1000 * (shares[calls - 1] ?? 0), tokenLimit: 1000})},
    );
    const lines = told.slice(1).map((text) => text.split("\n").at(-1)!);
    expect(lines.map((line) => /^\[(\d+) % of the (\w+) limit/.exec(line)?.slice(1, 3).join(" "))).toEqual([
      ...["10 tokens", "50 tokens", "76 tokens", "80 tokens", "91 tokens", "95 tokens"],
    ]);
    expect(lines.map((line) => (line.includes("Three quarters") ? 3 : line.includes("Nine tenths") ? 9 : 0))).toEqual([0, 0, 3, 0, 9, 0]);
  });

  it("keeps the first four messages and the newest that fit, with a notice between", async () => {
    const said = Array.from({length: 40}, (_, i) => bash(`printf 'output ${i} '; head -c 4000 /dev/zero | tr '\\0' x`));
    const {context} = await runWith(said, {}, ",contextTokens=20000");
    const sent = context.requests.map(({messages}) => messages.reduce((sum, {content}) => sum + content.length, 0));
    expect(Math.max(...sent)).toBeLessThan(4 * 0.75 * 20_000);
    expect(Math.max(...sent)).toBeGreaterThan(4 * 0.6 * 20_000);
    const last = context.requests.at(-1)!.messages;
    expect(last.slice(0, 3)).toEqual(context.requests[1]!.messages.slice(0, 3));
    expect(last[3]!.content.startsWith(context.requests[1]!.messages[3]!.content)).toBe(true);
    expect(last[3]!.content).toMatch(/\[\d+ earlier messages were left out here/);
    expect(last.at(-1)!.content).toContain("output 39");
    expect(last.map(({role}) => role)).toEqual(["system", ...last.slice(1).map((_, i) => (i % 2 === 0 ? "user" : "assistant"))]);
    expect(JSON.stringify(context.states.at(-1)).length).toBeLessThan(80_000);
  });

  it("learns from counts that come back how long its tokens are", async () => {
    const usage = {model: "m", input: 6000, output: 1, cacheRead: 6000, cacheWrite: null, reasoning: null};
    const first: Said = {text: bash("echo 1"), call: {model: "m", usage, costUsd: null, seconds: 0}};
    const {context} = await runWith([first, bash("head -c 9000 /dev/zero | tr '\\0' x"), bash("echo 2")], {}, ",contextTokens=10000");
    expect((context.states[0] as ModularState).calibration).toBe(4);
    const characters = context.requests[2]!.messages.reduce((sum, {content}) => sum + content.length, 0);
    expect(characters).toBeLessThan(7500);
  });

  it("sends less where the server finds the history too long", async () => {
    const tooLong = new RebenchError("model-request-refused", {problem: "maximum context length exceeded", hint: ""});
    const outputs = Array.from({length: 8}, () => bash("head -c 4000 /dev/zero | tr '\\0' x"));
    const script: Script = ({messages}, call) =>
      messages.reduce((sum, {content}) => sum + content.length, 0) > 16_000 ? tooLong : (outputs[call] ?? block("submit"));
    const context = stubContext({script});
    await agentOf().run(context);
    expect(context.isSubmitted()).toBe(true);
    await expect(agentOf().run(stubContext({script: () => tooLong}))).rejects.toThrow("maximum context length");
  });

  it("ends quietly where the budget is spent, and where the attempt ends", async () => {
    const spent = new RebenchError("budget-spent", {problem: "all tokens are used", hint: ""});
    const {context} = await runWith([bash("echo 1"), spent]);
    expect([context.isSubmitted(), context.logs]).toEqual([false, ["all tokens are used"]]);
    const other = stubContext({script: () => bash("echo begun; sleep 60")});
    const running = agentOf().run(other);
    setTimeout(() => other.abort(), 300);
    await running;
    expect(other.states).toHaveLength(1);
  });

  it("goes on after a crash as it would have, with a notice, and repeats no action", async () => {
    const said = [
      ...[block("time_limit", "5"), bash("echo 1 >> log; cat log"), bash("echo 2 >> log; cat log")],
      ...[bash("echo 3 >> log; cat log"), bash("echo 4 >> log; cat log"), block("score")],
    ];
    const whole = await runWith(said);
    const states = whole.context.states as ModularState[];
    expect(states.length).toBe(13); // twice each turn, and once for the submission
    for (const [i, saved] of states.slice(0, 12).entries()) {
      const turns = saved.turns;
      const workspace = temporaryFolder("rebench-resumed-");
      const lines = said.slice(0, turns).flatMap((text) => /echo (\d)/.exec(text)?.[1] ?? []);
      const files = {"solution.py": "X = 10", ...(lines.length > 0 && {log: `${lines.join("\n")}\n`})};
      const context = stubContext({workspace, files, scorer: numberIn, saved, script: inTurn(...said.slice(turns))});
      await agentOf().run(context);
      const end = context.states.at(-1) as ModularState;
      expect(end.turns).toBe(7);
      expect(end.commandSeconds).toBe(5);
      const told = (state: ModularState) => state.messages.map(({content}) => content);
      const at = 2 * turns + 1; // the message that has the notice
      expect(told(end)[at]).toContain("has been taken up again");
      expect(told(end)[at]!.includes("while this action ran")).toBe(i % 2 === 0 && String(said[turns - 1]).startsWith("```bash"));
      expect(told(end).toSpliced(at, 1)).toEqual(told(states.at(-1)!).toSpliced(at, 1));
      expect(context.isSubmitted()).toBe(true);
    }
  });

  it("submits where it was cut off in submitting", async () => {
    const {context} = await runWith([bash("true")]);
    const again = await runWith([], {saved: context.states.at(-1)});
    expect([again.context.isSubmitted(), again.context.requests.length]).toEqual([true, 0]);
  });

  it("says that variables are gone after a crash", async () => {
    const {context} = await runWith([block("python", "x = 1")]);
    const saved = {...(context.states[1] as ModularState)};
    const again = await runWith([block("python", "print('alive')"), block("python", "x")], {saved});
    expect(again.told[1]).toMatch(/^\[The Python session of before is gone\..*\nalive\n/);
    expect(again.told[2]).toMatch(/NameError/);
  });

  it("begins anew where what was saved cannot be read", async () => {
    const {context} = await runWith([], {saved: {version: 9}});
    expect(context.logs).toEqual([expect.stringContaining("begins anew")]);
    expect(context.isSubmitted()).toBe(true);
  });
});
