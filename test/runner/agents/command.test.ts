import {chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {createServer} from "node:net";
import {homedir} from "node:os";
import {join} from "node:path";
import {describe, expect, it, onTestFinished} from "vitest";
import type {AgentContext} from "../../../src/runner/agents/agent.js";
import {commandAgent, commandProgram, parseBind} from "../../../src/runner/agents/command.js";
import {type CommandSpec, parseAgentSpec} from "../../../src/runner/agents/parseAgentSpec.js";
import {answerLine, type ClientRequest, parseRequest} from "../../../src/runner/scoring/protocol.js";
import {because} from "../../because.js";
import {type Stub, type StubOptions, stubContext, temporaryFolder, writeIn} from "./stubContext.js";

const EXAMPLES = join(import.meta.dirname, "..", "..", "..", "examples", "agents");
const specOf = (path: string, more = "") => parseAgentSpec(`command:${path}${more}`) as CommandSpec;

/** A program in a folder that others may read. */
function program(name: string, text: string, mode = 0o755): string {
  const folder = join(temporaryFolder("rebench-agent-"), "ä folder, with spaces");
  mkdirSync(folder, {recursive: true});
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, name), text, {mode});
  return join(folder, name);
}

/** A context in which `/agent` is where the program is. */
function contextOf(path: string, options: StubOptions = {}, more: Record<string, string> = {}): Stub {
  const context = stubContext(options);
  const [bind] = commandProgram(specOf(path)).readOnly;
  const exec: AgentContext["exec"] = (command, given) =>
    context.exec(
      command.map((word) => word.replace(/^\/agent(?=\/)/, bind!.host)),
      {...given, environment: {...more, ...given?.environment}},
    );
  return {...context, exec};
}

describe("commandProgram", () => {
  it("binds the folder of a program and starts it there", () => {
    const path = program("my agent.sh", "#!/bin/sh\n");
    const folder = join(path, "..");
    expect(commandProgram(specOf(path))).toEqual({
      ...{readOnly: [{host: folder, inside: "/agent"}]},
      ...{command: ["/agent/my agent.sh"], name: "my agent"},
    });
    expect(commandProgram(specOf(program("a.py", "", 0o644))).command).toEqual(["python3", "/agent/a.py"]);
    expect(commandProgram(specOf(program("a.py", "print(1)", 0o755))).command).toEqual(["python3", "/agent/a.py"]);
    const run = program("run", "#!/bin/sh\n");
    expect(commandProgram(specOf(join(run, "..")))).toMatchObject({command: ["/agent/run"], name: "ä folder, with spaces"});
    expect(commandAgent(specOf(path, ",model=m1,model=m2,name=Mine")).participant).toEqual({scaffold: "Mine", model: "m1+m2"});
  });

  const refusal = (path: string) => {
    try {
      return commandProgram(specOf(path)).name;
    } catch (error) {
      return (error as Error).message;
    }
  };

  it("refuses what is not there, cannot be started or shows too much", () => {
    expect(refusal("/nowhere/agent")).toContain("there is no program /nowhere/agent");
    expect(refusal(EXAMPLES)).toContain("there is no program");
    expect(refusal(program("agent", "", 0o644))).toMatch(/is not executable\n.*chmod a\+x/);
    const atHome = join(homedir(), `.rebench-test-${process.pid}`);
    writeFileSync(atHome, "", {mode: 0o755});
    onTestFinished(() => rmSync(atHome));
    expect(refusal(atHome)).toContain("an agent sees all of its folder");
  });

  const isRoot = process.getuid!() === 0;

  it.skipIf(!isRoot)(
    `refuses what the user that it runs as cannot read or start${because(isRoot ? null : "the runner is not root here")}`,
    () => {
      expect(refusal(program("agent", "#!/bin/sh\n", 0o700))).toMatch(/cannot be read.*\n.*chmod -R o\+rX/);
      expect(refusal(program("agent", "#!/bin/sh\n", 0o744))).toMatch(/is not executable/);
    },
  );

  it("reads binds", () => {
    expect(parseBind("/usr/share:/share")).toEqual({host: "/usr/share", inside: "/share"});
    for (const bad of ["/usr/share", "/usr/share:share", ":/x", "/usr/share:/x/../y", "/nowhere:/x"]) {
      expect(() => parseBind(bad)).toThrow(expect.objectContaining({code: "usage"}));
    }
  });
});

describe("commandAgent", () => {
  it("tells the program what it has to know, and after a crash that it was cut off", async () => {
    const show = program("show.sh", "#!/bin/sh\nenv | grep REBENCH_ | sort >found\n");
    const options: StubOptions = {progress: () => ({workingSeconds: 1.5, costLimitUsd: 2}), environment: {direction: "higher"}};
    const context = contextOf(show, options);
    await commandAgent(specOf(show)).run(context);
    const found = context.read("found");
    expect(found.replace(/SEED=\d+/, "SEED=N").split("\n")).toEqual([
      ...["REBENCH_COST_LIMIT_USD=2", "REBENCH_DIRECTION=higher", "REBENCH_ENVIRONMENT=optimize_kernel"],
      ...["REBENCH_INSTRUCTIONS=/workspace/instructions.md", "REBENCH_RESUMED=0", "REBENCH_SEED=N", "REBENCH_SUBMISSION=solution.py"],
      ...["REBENCH_TIME_LIMIT_SECONDS=3600", "REBENCH_TIME_USED_SECONDS=1.500", ""],
    ]);
    const again = contextOf(show, {...options, saved: context.states.at(-1), seed: 2});
    await commandAgent(specOf(show)).run(again);
    expect(again.read("found")).toBe(found.replace("RESUMED=0", "RESUMED=1"));
  });

  it("has finished with status 0, and failed with any other", async () => {
    for (const [text, problem] of [
      ["exit 3", "ended with exit status 3"],
      ["kill -9 $$", "was ended by SIGKILL"],
      ["exit 127", "could not be started"],
    ]) {
      const path = program("agent.sh", `#!/bin/sh\n${text}\n`);
      await expect(commandAgent(specOf(path)).run(contextOf(path))).rejects.toThrow(problem);
    }
  });
});

/** A runner that scores `file` for the client, until `most` requests. */
async function scoringServer(workspace: string, scoreOf: () => number | null, most: number) {
  const path = join(temporaryFolder("rebench-socket-"), "attempt.sock");
  let requests = 0;
  const scores: (number | null)[] = [];
  const server = createServer((socket) => {
    socket
      .on("error", () => {})
      .once("data", (line) => {
        const {id} = parseRequest(String(line).trim()) as ClientRequest;
        const score = scoreOf();
        scores.push(score);
        const shape = {
          askedAtSeconds: 0,
          score,
          valid: score !== null,
          message: "",
          repeat: false,
          best: null,
          direction: "lower" as const,
        };
        socket.end(
          answerLine({id, ok: true, action: "score", workingSeconds: ++requests, timeLimitSeconds: most / 0.9, paused: false, ...shape}),
        );
      });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => void server.close());
  return {environment: {REBENCH_SOCKET: path, REBENCH_DATA: join(workspace, "data")}, scores};
}

describe.each(["random_search.py", "random_search.sh"])("the example %s", (name) => {
  const path = join(EXAMPLES, name);

  it("keeps what scores better of a program, and stops in time", async () => {
    const workspace = temporaryFolder("rebench-workspace-");
    const text = Array.from({length: 30}, (_, i) => `line_${i} = ${i}\n`).join("");
    writeIn(workspace, "solution.py", text);
    const value = () => {
      const now = readFileSync(join(workspace, "solution.py"), "utf8");
      return now.length < 20 ? null : [...now].reduce((sum, letter, i) => sum + letter.charCodeAt(0) * i, 0);
    };
    const begin = value()!;
    const {environment, scores} = await scoringServer(workspace, value, 12);
    await commandAgent(specOf(path)).run(contextOf(path, {workspace, seed: 5}, environment));
    expect(scores).toHaveLength(13);
    const best = Math.min(...scores.map((score) => score ?? Infinity));
    expect(best).toBeLessThan(begin);
    expect(value()).toBe(best);
  });

  it("changes weights and leaves a file of weights, beginning with the data where there is none", async () => {
    const workspace = temporaryFolder("rebench-workspace-");
    mkdirSync(join(workspace, "data"));
    const header = Buffer.from(JSON.stringify({w: {dtype: "F32", shape: [64, 32], data_offsets: [0, 8192]}}).padEnd(120));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const numbers = Buffer.concat(Array.from({length: 64}, (_, row) => Buffer.alloc(128, row)));
    writeFileSync(join(workspace, "data", "large.safetensors"), Buffer.concat([length, header, numbers]));
    const file = join(workspace, "model.safetensors");
    const disorder = () =>
      readFileSync(file)
        .subarray(128)
        .reduce((sum, byte, i) => sum - byte * i, 0);
    const {environment, scores} = await scoringServer(workspace, disorder, 12);
    await commandAgent(specOf(path)).run(contextOf(path, {workspace, submission: ["model.safetensors"], seed: 6}, environment));
    expect(existsSync(file)).toBe(true);
    expect(new Set(scores).size).toBeGreaterThan(5);
    expect([...readFileSync(file).subarray(128)].sort()).toEqual([...numbers].sort());
    expect(readFileSync(file).subarray(0, 128)).toEqual(Buffer.concat([length, header]));
  });
});

it("random search changes one file of a submission at a time, in folders too, and restores what was no better", async () => {
  const workspace = temporaryFolder("rebench-workspace-");
  mkdirSync(join(workspace, "pipeline", "parts"), {recursive: true});
  const texts: Record<string, string> = {
    "pipeline/run.py": "first second third",
    "pipeline/parts/train.py": "one two three",
    "answer.json": '{"a": 1, "b": 2}',
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(workspace, name), text);
  const changed = () => Object.keys(texts).filter((name) => readFileSync(join(workspace, name), "utf8") !== texts[name]);
  const seen: string[][] = [];
  const {environment} = await scoringServer(workspace, () => seen.push(changed()) + 10, 9);
  const submission = ["pipeline", "answer.json"];
  await commandAgent(specOf(join(EXAMPLES, "random_search.py"))).run(
    contextOf(join(EXAMPLES, "random_search.py"), {workspace, submission, seed: 3}, environment),
  );
  expect(seen.every((names) => names.length <= 1)).toBe(true); // lower is better here, and each score is higher
  expect(new Set(seen.flat()).size).toBe(3);
  expect(changed()).toEqual([]);
});
