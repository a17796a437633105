import {writeFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {agentOf} from "../../../src/runner/agents/agentOf.js";
import {referenceAgent, startAgent} from "../../../src/runner/agents/fixed.js";
import {greeting, humanAgent} from "../../../src/runner/agents/human.js";
import {AGENT_FORMS, parseAgentSpec} from "../../../src/runner/agents/parseAgentSpec.js";
import {parseReplay} from "../../../src/runner/agents/replay/parseReplay.js";
import {replayAgent} from "../../../src/runner/agents/replay.js";
import {stubContext, temporaryFolder} from "./stubContext.js";

const scorer = () => 5;

describe("start and reference", () => {
  it("score what is there, once, and submit it", async () => {
    const context = stubContext({scorer});
    await startAgent().run(context);
    expect([context.scores.length, context.isSubmitted(), context.execs.length]).toEqual([1, true, 0]);
  });

  it("run the reference's program first where it has one", async () => {
    const context = stubContext({scorer, files: {"make.sh": "echo made > out"}});
    await referenceAgent(["sh", "make.sh"]).run(context);
    expect([context.read("out"), context.scores.length, context.isSubmitted()]).toEqual(["made\n", 1, true]);
    const broken = stubContext({scorer});
    await referenceAgent(["sh", "-c", "exit 4"]).run(broken);
    expect(broken.logs).toEqual(["The reference's program ended with exit status 4."]);
  });
});

describe("replayAgent", () => {
  const actions = parseReplay(
    JSON.stringify([
      {action: "write", path: "a/b.txt", content: "one\n"},
      {action: "score", atWorkingSeconds: 1},
      {action: "exec", command: "cat a/b.txt >> log; echo two >> a/b.txt", atWorkingSeconds: 2},
      {action: "write", path: "c.bin", contentBase64: Buffer.from([0, 255]).toString("base64")},
      {action: "exec", command: ["sh", "-c", "cat >> log"], stdinBase64: Buffer.from("in\n").toString("base64")},
      {action: "score", atWorkingSeconds: 3},
      {action: "submit"},
      {action: "score"},
    ]),
    "f",
  );

  it("does what was done", async () => {
    const context = stubContext({scorer});
    await replayAgent(actions, "fast").run(context);
    expect([context.read("a/b.txt"), context.read("log"), context.read("c.bin").length]).toEqual(["one\ntwo\n", "one\nin\n", 2]);
    expect([context.scores.length, context.isSubmitted()]).toEqual([2, true]);
  });

  it("waits for the times at which it was done", async () => {
    const began = performance.now();
    const at: number[] = [];
    const workingSeconds = () => (performance.now() - began) / 100; // ten times as fast
    const context = stubContext({scorer: () => at.push(workingSeconds()), progress: () => ({workingSeconds: workingSeconds()})});
    await replayAgent(actions, "recorded").run(context);
    expect(at[0]).toBeGreaterThanOrEqual(1);
    expect(at[1]).toBeGreaterThanOrEqual(3);
  });

  it("goes on after a crash with what was in flight, and asks for no score twice", async () => {
    const whole = stubContext({scorer});
    await replayAgent(actions, "fast").run(whole);
    for (const saved of [null, ...whole.states]) {
      const next = (saved as {next: number} | null)?.next ?? 0;
      const before = actions.slice(0, next).filter(({action}) => action === "score").length;
      for (const accepted of actions[next]?.action === "score" ? [before, before + 1] : [before]) {
        const context = stubContext({scorer, saved, files: next > 0 ? {"a/b.txt": "one\n"} : {}});
        for (let i = 0; i < accepted; ++i) await context.score();
        await replayAgent(actions, "fast").run(context);
        expect(context.scores).toHaveLength(2);
      }
    }
  });

  it("takes commands, scores and the submission of a transcript", () => {
    const at = (workingSeconds: number) => ({time: "2026-01-01T00:00:00.000Z", workingSeconds});
    const command = (argv: string[], end: number, seconds: number, more = {}) => ({
      ...{kind: "command", ...at(end), number: 1, state: "whole", argv, cwd: "/workspace", exitCode: 0, signal: null, timedOut: false},
      ...{seconds, output: {start: ""}, log: null, ...more},
    });
    const score = (askedAtSeconds: number, requestId: string, remeasured = false) => ({
      ...{kind: "score", ...at(askedAtSeconds + 1), requestId, askedAtSeconds, score: 1, valid: true, message: "", repeat: false},
      ...{remeasured, scoringSeconds: 1},
    });
    const lines = [
      {kind: "note", ...at(0), text: "Started"},
      command(["bash", "-c", "true"], 5, 2),
      score(6, "a"),
      score(8, "from inside the next command"),
      command(["bash", "-c", "score; sleep 100"], 20, 13, {timedOut: true}),
      {kind: "something of a later version", ...at(21)},
      score(22, "final-score"),
      score(22, "a", true),
      {kind: "end", ...at(22), reason: "submitted", detail: null},
    ];
    expect(parseReplay(lines.map((line) => JSON.stringify(line)).join("\n"), "transcript.jsonl")).toEqual([
      {action: "exec", atWorkingSeconds: 3, command: ["bash", "-c", "true"], cwd: "/workspace", timeoutSeconds: null},
      {action: "score", atWorkingSeconds: 6},
      {action: "exec", atWorkingSeconds: 7, command: ["bash", "-c", "score; sleep 100"], cwd: "/workspace", timeoutSeconds: 13},
      {action: "submit", atWorkingSeconds: 22},
    ]);
  });

  it.each([
    ["[1]", "f, entry 1"],
    ['[{"action": "dance"}]', "f, entry 1"],
    ['{"action": "score"}\n{"action": "exec"}', "f, line 2"],
    ['{"action": "score"}\nscore', "f, line 2"],
    ["[", "f:"],
  ])("says where %j cannot be understood", (text, where) => {
    expect(() => parseReplay(text, "f")).toThrow(
      expect.objectContaining({code: "invalid-record", problem: expect.stringContaining(where)}),
    );
  });
});

describe("agentOf", () => {
  it("makes every agent", () => {
    const folder = temporaryFolder("rebench-agents-");
    writeFileSync(join(folder, "f.json"), "[]");
    const parts = {interact: async () => {}, referenceCommand: null};
    const texts = ["modular:m", "aide:m", "human", "reference", "start", `replay:${folder}/f.json`];
    expect(texts.map((text) => agentOf(parseAgentSpec(text), parts).name)).toEqual([
      "modular",
      "aide",
      "human",
      "reference",
      "start",
      "replay",
    ]);
    expect(Object.keys(AGENT_FORMS)).toHaveLength(7);
    expect(() => agentOf(parseAgentSpec("replay:/nowhere"), parts)).toThrow(expect.objectContaining({code: "unreadable-file"}));
  });

  it("opens a shell for people, and a new one after a crash", async () => {
    const opened: unknown[] = [];
    const context = stubContext();
    const agent = humanAgent(async ({saved}) => void opened.push(saved));
    await agent.run(context);
    await agent.run({...context, saved: context.states.at(-1)});
    expect(opened).toEqual([null, {hasStarted: true}]);
    expect(greeting("T", true)).toContain("running programs are gone");
    expect(greeting("T", false)).toContain("score --log");
  });
});
