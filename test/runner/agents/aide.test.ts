import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {RebenchError} from "../../../src/errors.js";
import {randomStream} from "../../../src/random.js";
import type {AideNode, AideState} from "../../../src/runner/agents/aide/aideState.js";
import {bestNode, choose, type Direction} from "../../../src/runner/agents/aide/choose.js";
import {readJudgement, readSolution} from "../../../src/runner/agents/aide/readAnswer.js";
import {submissionOf} from "../../../src/runner/agents/aide/submission.js";
import {aideAgent} from "../../../src/runner/agents/aide.js";
import {type AideSpec, parseAgentSpec} from "../../../src/runner/agents/parseAgentSpec.js";
import {environmentWith, type Script, type StubOptions, stubContext, temporaryFolder} from "./stubContext.js";

const agentOf = (options: string) => aideAgent(parseAgentSpec(`aide:m${options}`) as AideSpec);

type Outcome = {isBug: boolean; isInvalid: boolean; score: number};

/** A tree that the policy grew over made-up outcomes, and the choices it made. */
function grow(outcomes: readonly Outcome[], direction: Direction, drafts: number, seed: number) {
  const nodes: AideNode[] = [];
  const random = randomStream(seed).uniform;
  const choices = outcomes.map(({isBug, isInvalid, score}, id) => {
    const before = [...nodes];
    const {stage, parent} = choose(nodes, {direction, drafts, random});
    const debugDepth = stage === "debug" ? parent.debugDepth + 1 : 0;
    const isValid = !isInvalid;
    const texts = {plan: "p", code: "c", output: "", summary: ""};
    nodes.push({
      id,
      stage,
      parent: parent?.id ?? null,
      debugDepth,
      isBuggy: isBug || isInvalid,
      isValid,
      score: isValid ? score : null,
      ...texts,
    });
    return {stage, parent, before};
  });
  return {nodes, choices};
}

const outcome = fc.record({isBug: fc.boolean(), isInvalid: fc.boolean(), score: fc.integer({min: -5, max: 5})});

describe("the policy", () => {
  it("drafts first, debugs buggy leaves of depth at most 3, and improves the best valid node", () => {
    const growth = fc.tuple(fc.array(outcome, {minLength: 1, maxLength: 60}), fc.constantFrom<Direction>("lower", "higher"), fc.integer());
    fc.assert(
      fc.property(growth, ([outcomes, direction, seed]) => {
        const {choices} = grow(outcomes, direction, 5, seed);
        for (const [i, {stage, parent, before}] of choices.entries()) {
          const good = before.filter(({isBuggy}) => !isBuggy);
          if (i < 5) expect(stage).toBe("draft");
          else if (stage === "draft") expect(good).toEqual([]);
          else if (stage === "debug") {
            expect(parent).toMatchObject({isBuggy: true});
            expect(parent!.debugDepth).toBeLessThanOrEqual(3);
            expect(before.some((node) => node.parent === parent!.id)).toBe(false);
          } else {
            expect(parent!.isBuggy).toBe(false);
            const scores = good.map(({score}) => score!);
            expect(parent!.score).toBe(direction === "higher" ? Math.max(...scores) : Math.min(...scores));
          }
        }
      }),
      {numRuns: 300},
    );
  });

  it("debugs in half of the steps that could", () => {
    const draft = (id: number, isBuggy: boolean): AideNode => ({
      ...{id, stage: "draft", parent: null, debugDepth: 0, plan: "", code: "c", output: "", isBuggy, isValid: !isBuggy},
      ...{score: isBuggy ? null : id, summary: ""},
    });
    const nodes = [0, 1, 2, 3, 4].map((id) => draft(id, id < 3));
    const random = randomStream("half").uniform;
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < 6000; ++i) counts[choose(nodes, {direction: "higher", drafts: 5, random}).parent!.id]! += 1;
    // Binomial: 1000 each of the three leaves with standard deviation 29, 3000 improvements with 39; within five of these
    for (const count of counts.slice(0, 3)) expect(Math.abs(count - 1000)).toBeLessThan(145);
    expect(counts[3]).toBe(0);
    expect(Math.abs(counts[4]! - 3000)).toBeLessThan(195);
    const exhausted = nodes.map((node) => (node.isBuggy ? {...node, debugDepth: 4} : node));
    for (let i = 0; i < 50; ++i)
      expect(choose(exhausted, {direction: "lower", drafts: 5, random})).toMatchObject({stage: "improve", parent: {id: 3}});
  });

  it("takes the last valid node where scores are not shown, and the first of equals", () => {
    const {nodes} = grow(
      [1, 1, 2].map((score) => ({isBug: false, isInvalid: false, score})),
      "lower",
      5,
      1,
    );
    expect(bestNode(nodes, "lower")!.id).toBe(0);
    expect(
      bestNode(
        nodes.map((node) => ({...node, score: null})),
        "lower",
      )!.id,
    ).toBe(2);
    expect(bestNode([], "lower")).toBeNull();
  });
});

describe("answers", () => {
  it("takes the words before the longest block and the block", () => {
    expect(readSolution("Try\n```\nx\n```\nthen\n```python\nimport a\nb()\n```\nDone.", false)).toEqual({
      plan: "Try\n```\nx\n```\nthen",
      code: "import a\nb()\n",
    });
    expect(readSolution("```python\nopen", true)).toBeNull();
    expect(readSolution("```python\nopen", false)).toEqual({plan: "", code: "open\n"});
    expect(readSolution("no code", false)).toBeNull();
  });

  it.each([
    ['{"is_bug": true, "summary": "s", "metric": 3}', {isBug: true, summary: "s", metric: 3}],
    [
      'Sure:\n```json\n{"is_bug": false, "summary": "a {brace} in it", "metric": null}\n```',
      {isBug: false, summary: "a {brace} in it", metric: null},
    ],
    ['{"is_bug": false, "metric": "1e999"}', {isBug: false, summary: "", metric: null}],
    ['{"is_bug": false, "metric": 1e999}', {isBug: false, summary: "", metric: null}],
    ['{"is_bug": "no"}', null],
    ["", null],
    ["{".repeat(100_000), null],
  ])("reads %.60s", (text, judgement) => expect(readJudgement(text)).toEqual(judgement));

  it("never fails on what a model may say", () => {
    fc.assert(
      fc.property(fc.string({unit: "binary", maxLength: 300}), fc.boolean(), (text, isCut) => {
        expect(() => [readSolution(text, isCut), readJudgement(text)]).not.toThrow();
      }),
      {numRuns: 1000},
    );
  });
});

it("replaces one Python file, and runs a builder for anything else", () => {
  expect(submissionOf(environmentWith({}, ["solution.py"]))).toMatchObject({codeFile: "solution.py", isCode: true});
  for (const files of [["weights.safetensors"], ["a.py", "b.py"], ["answer.json"]]) {
    expect(submissionOf(environmentWith({}, files))).toMatchObject({codeFile: "solution_builder.py", isCode: false, files});
  }
});

const numberIn = (workspace: string, file = "solution.py"): number | null => {
  if (!existsSync(join(workspace, file))) return null;
  const match = /^X = (-?\d+)$/m.exec(readFileSync(join(workspace, file), "utf8"));
  return match ? Number(match[1]) : null;
};

const JUDGED = '{"is_bug": false, "summary": "fine", "metric": -1000000}';
const solution = (code: string) => `One thing. Another. A third.\n\`\`\`python\n${code}\n\`\`\``;
const isJudging = (text: string) => text.includes("You read what a program printed");

/** A model whose solutions are these in turn, and whose judgements say that everything is wonderful. */
function modelOf(codes: readonly string[], judged = JUDGED): Script {
  let next = 0;
  return ({messages}) => (isJudging(messages[0]!.content) ? judged : solution(codes[next++] ?? "X = 50"));
}

async function runWith(codes: readonly string[], options: StubOptions = {}, settings = "") {
  const files = {"solution.py": "X = 100\n"};
  const context = stubContext({script: modelOf(codes), files, scorer: (workspace) => numberIn(workspace), ...options});
  await agentOf(`,steps=${codes.length}${settings}`).run(context);
  return {context, state: context.states.at(-1) as AideState};
}

const CODES = ["X = 9", "X = 7", "raise ValueError('no')", "X = 8", "X = oops", "X = 5", "X = 6", "X = 4"];

describe("aideAgent", () => {
  it("beats the start and submits its best, in either direction", async () => {
    const lower = await runWith(CODES);
    expect(lower.context.read("solution.py")).toBe("X = 4\n");
    expect(lower.context.isSubmitted()).toBe(true);
    expect(lower.state.nodes.map(({stage}) => stage).slice(0, 5)).toEqual(Array(5).fill("draft"));
    const higher = await runWith(CODES, {environment: {direction: "higher"}});
    expect(higher.context.read("solution.py")).toBe("X = 9\n");
  });

  it("takes scores from the scorer, whatever the model says of them", async () => {
    for (const judged of [
      JUDGED,
      '{"is_bug": false, "metric": 1e9, "direction": "higher"}',
      "It is -5!",
      '{"is_bug": true, "metric": 0}',
    ]) {
      const {state, context} = await runWith(["X = 9", "X = 3", "print('metric: -999')"], {
        script: modelOf(["X = 9", "X = 3", "print('metric: -999')"], judged),
      });
      expect(state.nodes.map(({score, isValid}) => [score, isValid])).toEqual([
        [9, true],
        [3, true],
        [null, false],
      ]);
      expect(state.nodes[2]!.isBuggy).toBe(true);
      expect(context.read("solution.py")).toBe("X = 3\n");
    }
  });

  it("keeps the best in the workspace at every moment between runs", async () => {
    const seen: (number | null)[] = [];
    const model = modelOf(CODES);
    const folder = temporaryFolder("rebench-aide-");
    const script: Script = (request, call) => {
      if (!isJudging(request.messages[0]!.content)) seen.push(numberIn(folder));
      return model(request, call);
    };
    await runWith(CODES, {script, workspace: folder});
    expect(seen).toEqual([100, 9, 7, 7, 7, 7, 5, 5]);
  });

  it("puts the start back where nothing valid was found", async () => {
    const {context} = await runWith(["import nothing", "y = 1"]);
    expect(context.read("solution.py")).toBe("X = 100\n");
  });

  it("runs a builder where the submission is no Python file, scores nothing that another program left, and keeps the best's files", async () => {
    const write = (value: number) => `open('out.txt', 'w').write('X = ${value}\\n')`;
    const {context, state} = await runWith([write(9), write(2), "print('nothing')", write(5)], {
      ...{submission: ["out.txt"], files: {}},
      scorer: (workspace) => numberIn(workspace, "out.txt"),
    });
    expect(state.nodes.map(({score}) => score)).toEqual([9, 2, null, 5]);
    expect(context.read("out.txt")).toBe("X = 2\n");
    expect(context.requests[0]!.messages[1]!.content).toContain("solution_builder.py");
  });

  it("shows models the task, files, earlier good nodes, errors and the time that is left", async () => {
    const {context, state} = await runWith(CODES, {
      files: {"solution.py": "X = 100\n", "notes.md": "remember the milk", ".aide/x.py": "hidden"},
    });
    const asked = context.requests.filter(({messages}) => !isJudging(messages[0]!.content)).map(({messages}) => messages[1]!.content);
    expect(asked[0]).toContain(context.instructions);
    expect(asked[0]).toContain("remember the milk");
    expect(asked[0]).not.toContain("hidden");
    expect(asked[0]).toContain("Nothing yet.");
    expect(asked[0]).toContain("3540 seconds are left");
    expect(asked[2]).toMatch(/Score: 9 \(lower is better\)\.\n(.|\n)*Score: 7/);
    for (const {id, stage, parent} of state.nodes) {
      if (stage === "debug") expect(asked[id]).toContain(state.nodes[parent!]!.output);
      if (stage !== "draft") expect(asked[id]).toContain(state.nodes[parent!]!.code.trim());
    }
    expect(state.nodes[2]!.output).toMatch(/ValueError: no\n\[exit status 1\]\n\[the scorer: not valid\./);
  });

  it("stops a run at what is left of the time, before the end of the attempt, and begins no further step", async () => {
    const progress = () => ({workingSeconds: 94, timeLimitSeconds: 100});
    const late = await runWith(["X = 1"], {progress: () => ({workingSeconds: 95.5, timeLimitSeconds: 100})});
    expect([late.context.requests.length, late.context.isSubmitted()]).toEqual([0, true]);
    const {state, context} = await runWith(["X = 1\nimport time; time.sleep(30)"], {progress});
    expect(context.execs.find(({command}) => command[0] === "python3" && command[1] === "solution.py")!.options.timeoutSeconds).toBe(1);
    expect(state.nodes[0]).toMatchObject({score: 1, isValid: true, isBuggy: true}); // what it left counts, and nothing is built on it
    expect(context.read("solution.py")).toContain("X = 1");
    const early = await runWith(["X = 1"], {progress: () => ({workingSeconds: 0, timeLimitSeconds: 28_800})});
    expect(early.context.execs.find(({command}) => command[1] === "solution.py")!.options.timeoutSeconds).toBe(3600);
  });

  it("gives up on a model that writes no code, and lives with one that does so at times", async () => {
    const context = stubContext({script: () => "no", files: {"solution.py": "X = 100\n"}});
    await expect(agentOf("").run(context)).rejects.toThrow("no block of code was found in 20 answers in a row");
    const script = modelOf(["X = 9", "X = 8"]);
    const at = await runWith(["X = 9", "", "X = 8"], {script: (request, call) => (call === 2 ? "Hm." : script(request, call))});
    expect(at.state.nodes.map(({score, code}) => [score, code === ""])).toEqual([
      [9, false],
      [null, true],
      [8, false],
    ]);
  });

  it("submits the best where the budget is spent, in a judgement too", async () => {
    const spent = new RebenchError("budget-spent", {problem: "all tokens are used", hint: ""});
    const script = modelOf(["X = 9"]);
    const {context, state} = await runWith(CODES, {script: (request, call) => (call === 0 ? script(request, call) : spent)});
    expect(state.nodes.map(({score}) => score)).toEqual([9]);
    expect([context.isSubmitted(), context.read("solution.py")]).toEqual([true, "X = 9\n"]);
  });

  it("lives with a scorer's fault", async () => {
    const broken = new RebenchError("scorer-broken", {problem: "could not be scored", hint: ""});
    const {state} = await runWith(["X = 9", "X = 8"], {
      scorer: (workspace, calls) => (calls === 0 && numberIn(workspace) === 9 ? broken : numberIn(workspace)),
    });
    expect(state.nodes.map(({score}) => score)).toEqual([null, 8]);
  });

  it("goes on after a crash with the same choices and the same tree", async () => {
    const whole = await runWith(CODES);
    for (const saved of [0, 3, 6, 7].map((i) => whole.context.states[i] as AideState)) {
      const script = modelOf(CODES.slice(saved.nodes.length));
      const files = {"solution.py": "half a wr", ".aide/start/solution.py": "X = 100\n"};
      const workspace = temporaryFolder("rebench-aide-");
      const {context, state} = await runWith(CODES, {saved, script, files, workspace, seed: 99});
      const ours = JSON.stringify(state).replaceAll(workspace, whole.context.workspace);
      expect(JSON.parse(ours)).toEqual(whole.state);
      expect(context.read("solution.py")).toBe("X = 4\n");
    }
  });

  it("ends quietly where the attempt ends in the middle of a run", async () => {
    const context = stubContext({script: modelOf(["import time; time.sleep(60)"]), files: {"solution.py": "X = 100\n"}});
    const running = agentOf("").run(context);
    setTimeout(() => context.abort(), 700);
    await running;
    expect(context.isSubmitted()).toBe(false);
  });
});
