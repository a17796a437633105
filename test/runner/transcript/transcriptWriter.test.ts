import {appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync} from "node:fs";
import {join} from "node:path";
import fc from "fast-check";
import {afterEach, beforeEach, describe, expect, it, vi} from "vitest";
import {call, chatAnswer, ended, entriesOf, keep, linesOf, newFolder, ofKind, scored} from "./calls.js";

const user = (content: string) => ({role: "user", content});
const assistant = (content: string) => ({role: "assistant", content});

describe("what is kept", () => {
  it("is every kind of entry, with when it was", async () => {
    const {writer, file, clock, problems} = keep();
    writer.note("begins");
    clock.seconds = 12.3456;
    writer.onCall(call({model: "gpt-x", messages: [user("hello")], temperature: 0.5}, chatAnswer("hi")));
    writer.onExec(["ls", "-l"], {exitCode: 2, signal: null, timedOut: false}, "out\n", {seconds: 0.25, cwd: "/workspace"});
    writer.onOutput(Buffer.from("typed"), "stdout");
    writer.onEvent(scored(7, 20, 0.5));
    writer.onEvent({type: "heartbeat", sequence: 8, workingSeconds: 21, time: "2026-01-31T00:00:21.000Z"});
    writer.onEvent({type: "paused", reason: "upstream-429", sequence: 9, workingSeconds: 22, time: "2026-01-31T00:00:22.000Z"});
    writer.onEvent({
      type: "resumed",
      reason: "upstream-429",
      pausedSeconds: 3,
      sequence: 10,
      workingSeconds: 22,
      time: "2026-01-31T00:00:25.000Z",
    });
    writer.onEvent({type: "limit", limit: "time-limit", sequence: 11, workingSeconds: 30, time: "2026-01-31T00:00:33.000Z"});
    writer.onEvent({type: "ended", reason: "time-limit", detail: null, sequence: 12, workingSeconds: 30, time: "2026-01-31T00:00:33.000Z"});
    writer.close();
    const entries = await entriesOf(file);
    expect(entries.map(({kind}) => kind)).toEqual([
      "note",
      "message",
      "message",
      "model",
      "command",
      "output",
      "score",
      "pause",
      "resume",
      "limit",
      "end",
    ]);
    expect(entries[3]).toMatchObject({
      workingSeconds: 12.346,
      time: "2026-01-31T00:00:12.345Z",
      model: "gpt-x",
      costUsd: 0.25,
      generatingSeconds: 1.5,
    });
    expect(entries[3]).toMatchObject({
      usage: {input: 10, output: 5, cacheRead: 0, cacheWrite: null, reasoning: 2},
      settings: {temperature: 0.5},
    });
    expect(entries[4]).toMatchObject({
      argv: ["ls", "-l"],
      exitCode: 2,
      seconds: 0.25,
      cwd: "/workspace",
      output: {start: "out\n"},
      log: null,
    });
    expect(entries[6]).toMatchObject({
      workingSeconds: 20,
      askedAtSeconds: 19,
      score: 0.5,
      valid: true,
      requestId: "request-7",
      sequence: 7,
    });
    expect(entries[8]).toMatchObject({reason: "upstream-429", pausedSeconds: 3});
    expect(JSON.stringify(entries)).not.toContain("hidden"); // details are the journal's
    expect(problems).toEqual([]);
  });

  it("is a message once, however often it is sent, and of each call what is new", async () => {
    const {writer, file} = keep();
    const history: object[] = [{role: "system", content: "S".repeat(1000)}];
    for (let turn = 0; turn < 200; ++turn) {
      history.push(user(`question ${turn} ${"x".repeat(200)}`));
      writer.onCall(call({messages: history}, chatAnswer(`answer ${turn} ${"y".repeat(200)}`)));
      history.push(assistant(`answer ${turn} ${"y".repeat(200)}`));
    }
    writer.close();
    const entries = await entriesOf(file);
    const calls = ofKind(entries, "model");
    expect(ofKind(entries, "message").length).toBe(1 + 200 + 200);
    expect(calls.map(({asked}) => asked.length)).toEqual([2, ...Array.from({length: 199}, () => 2)]);
    expect(calls.at(-1)).toMatchObject({call: 200, follows: 199, kept: 398});
    const sent = 200 * 200 * 250; // what the requests hold together, roughly
    expect(statSync(file).size).toBeLessThan(sent / 20);
  });

  it("can be put together again to what was asked", async () => {
    const text = fc.constantFrom("a", "b", "c");
    const conversation = fc.array(fc.tuple(fc.constantFrom("user", "assistant", "system"), text), {minLength: 1, maxLength: 6});
    await fc.assert(
      fc.asyncProperty(fc.array(conversation, {minLength: 1, maxLength: 30}), async (conversations) => {
        const {writer, file, folder} = keep();
        for (const messages of conversations) {
          writer.onCall(call({messages: messages.map(([role, content]) => ({role, content}))}, chatAnswer("a")));
        }
        writer.close();
        const entries = await entriesOf(file);
        const byHash = new Map(ofKind(entries, "message").map((message) => [message.hash, [message.role, message.parts[0]!.start]]));
        const whole: string[][] = [];
        for (const {follows, kept, asked} of ofKind(entries, "model")) {
          whole.push([...(follows === null ? [] : whole[follows - 1]!.slice(0, kept)), ...asked]);
        }
        expect(whole.map((hashes) => hashes.map((hash) => byHash.get(hash)))).toEqual(conversations);
        rmSync(folder, {recursive: true});
      }),
      {numRuns: 50},
    );
  });

  it("is the whole of a long output, in a file of its own", async () => {
    const {writer, file, folder} = keep();
    const output = `first ${"é😀x".repeat(40_000)} last`;
    writer.onExec(["make"], ended, output);
    writer.onExec(["make"], ended, "short");
    writer.close();
    const [long, short] = ofKind(await entriesOf(file), "command");
    expect(long!.log).toBe("logs/command-000001.txt");
    expect(readFileSync(join(folder, long!.log!), "utf8")).toBe(output);
    const {start, leftOut, end} = long!.output;
    expect(start.length + leftOut + end.length).toBe(output.length);
    expect([output.startsWith(start), output.endsWith(end), /\p{Cs}/u.test(start), /\p{Cs}/u.test(end)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(short).toMatchObject({number: 2, log: null, output: {start: "short", leftOut: 0, end: ""}});
  });
});

describe("output", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is written after a second, and after 64 KB at once", () => {
    const {writer, file} = keep();
    const size = () => (existsSync(file) ? statSync(file).size : 0);
    writer.note("one");
    expect(size()).toBe(0);
    vi.advanceTimersByTime(999);
    expect(size()).toBe(0);
    vi.advanceTimersByTime(1);
    expect(size()).toBeGreaterThan(0);
    const before = size();
    for (let i = 0; i < 9; ++i) writer.note("x".repeat(8000));
    expect(size()).toBeGreaterThan(before);
  });

  it("comes in groups, in the order of what happened", async () => {
    const {writer, file} = keep();
    for (let i = 0; i < 100; ++i) writer.onOutput(Buffer.from(`${i},`), "stdout");
    writer.onOutput(Buffer.from("warning"), "stderr");
    writer.onEvent(scored(1, 5, 1));
    writer.onOutput(Buffer.from("more"), "stdout");
    vi.advanceTimersByTime(2000);
    writer.onOutput(Buffer.from("z".repeat(200_000)), "stdout");
    writer.close();
    vi.useRealTimers();
    const entries = await entriesOf(file);
    expect(entries.map((entry) => (entry.kind === "output" ? entry.stream : entry.kind))).toEqual([
      "stdout",
      "stderr",
      "score",
      "stdout",
      "stdout",
      "stdout",
      "stdout",
      "stdout",
    ]);
    expect(entries[0]).toMatchObject({text: Array.from({length: 100}, (_, i) => `${i},`).join("")});
    expect(Math.max(...ofKind(entries, "output").map(({text}) => text.length))).toBeLessThanOrEqual(2 * 65_536);
  });

  it("keeps characters whole that come in pieces, and shows bytes that are none", async () => {
    const {writer, file} = keep();
    for (const byte of Buffer.from("é😀漢")) {
      writer.onOutput(Buffer.from([byte]), "stdout");
      vi.advanceTimersByTime(1500);
    }
    writer.onOutput(Buffer.from([0xff, 0x00, 0x41]), "stdout");
    writer.onOutput(Buffer.from([0xf0, 0x9f]), "stderr");
    writer.close();
    vi.useRealTimers();
    const texts = ofKind(await entriesOf(file), "output").map(({text}) => text);
    expect(texts.join("")).toBe("é😀漢\ufffd\u0000A\ufffd");
  });

  it("of a short command is in one entry; of a long one it is there while it runs", async () => {
    const {writer, file} = keep();
    const short = writer.beginExec(["true"], {cwd: "/workspace"});
    short.onOutput(Buffer.from("a"), "stdout");
    short.onOutput(Buffer.from("b"), "stderr");
    short.onEnd(ended, 0.1);
    const long = writer.beginExec(["train"]);
    long.onOutput(Buffer.from("epoch 1\n"), "stdout");
    vi.advanceTimersByTime(2100);
    vi.useRealTimers();
    expect((await entriesOf(file)).map((entry) => (entry.kind === "command" ? entry.state : entry.kind))).toEqual([
      "whole",
      "started",
      "output",
    ]);
    long.onOutput(Buffer.from("epoch 2\n"), "stdout");
    writer.onEvent(scored(3, 9, 1));
    long.onEnd({exitCode: null, signal: "SIGKILL", timedOut: true}, 20);
    long.onEnd(ended, 20);
    writer.close();
    const entries = await entriesOf(file);
    expect(entries.map(({kind}) => kind)).toEqual(["command", "command", "output", "output", "score", "command"]);
    expect(entries[0]).toMatchObject({state: "whole", number: 1, output: {start: "ab"}, seconds: 0.1, cwd: "/workspace"});
    expect(entries[3]).toMatchObject({command: 2, text: "epoch 2\n"});
    expect(entries[5]).toMatchObject({state: "ended", number: 2, exitCode: null, signal: "SIGKILL", timedOut: true, seconds: 20});
  });
});

describe("a transcript that is taken up again", () => {
  it("has lost its torn line, stores no message twice, and counts on", async () => {
    const {writer, file, folder} = keep();
    const asked = {messages: [user("hello")]};
    writer.onCall(call(asked, chatAnswer("hi")));
    writer.onExec(["one"], ended, "");
    writer.close();
    const whole = readFileSync(file);
    appendFileSync(file, '{"kind":"note","time":"2026-01-');
    const again = keep(folder);
    expect(again.repairs).toEqual([31]);
    expect(readFileSync(file)).toEqual(whole);
    again.writer.onCall(call({messages: [user("hello"), assistant("hi"), user("more")]}, chatAnswer("yes")));
    again.writer.onExec(["two"], ended, "");
    again.writer.close();
    const entries = await entriesOf(file);
    expect(ofKind(entries, "message").map(({parts}) => parts[0]!.start)).toEqual(["hello", "hi", "more", "yes"]);
    expect(ofKind(entries, "model").map(({call: number}) => number)).toEqual([1, 2]);
    expect(ofKind(entries, "command").map(({number}) => number)).toEqual([1, 2]);
    expect((await linesOf(file)).every(({bad}) => bad === null)).toBe(true);
  });

  it("gets the scores that the journal has and it lost, once", async () => {
    const {writer, file, folder} = keep();
    const journal = [scored(1, 5, 0.1), scored(3, 7, null), scored(6, 9, 0.3, {repeat: true})];
    writer.onEvent(journal[0]!);
    writer.close();
    for (let i = 0; i < 2; ++i) keep(folder, {journal}).writer.close();
    const scores = ofKind(await entriesOf(file), "score");
    expect(scores.map(({sequence, score, valid, workingSeconds}) => [sequence, score, valid, workingSeconds])).toEqual([
      [1, 0.1, true, 5],
      [3, null, false, 7],
      [6, 0.3, true, 9],
    ]);
  });

  it("survives a cut at any byte", async () => {
    const {writer, file, folder} = keep();
    writer.onCall(call({messages: [user("ä\n")]}, chatAnswer("ö")));
    writer.onEvent(scored(1, 5, 0.1));
    writer.close();
    const bytes = readFileSync(file);
    for (let length = 0; length <= bytes.length; length += 7) {
      rmSync(file);
      appendFileSync(file, bytes.subarray(0, length));
      const {writer: again, repairs} = keep(folder, {journal: [scored(1, 5, 0.1)]});
      again.note("goes on");
      again.close();
      const lines = await linesOf(file);
      expect(lines.filter(({bad}) => bad !== null)).toEqual([]);
      expect(lines.filter(({entry}) => entry?.kind === "score").length).toBe(1);
      expect(repairs).toEqual(
        length - (bytes.lastIndexOf(10, length - 1) + 1) === 0 || length === 0 ? [] : [length - (bytes.lastIndexOf(10, length - 1) + 1)],
      );
    }
  });
});

describe("when the disk takes nothing", () => {
  it("nothing is thrown and it is told once", () => {
    const folder = newFolder();
    symlinkSync("/dev/full", join(folder, "transcript.jsonl"));
    symlinkSync("/dev/null/no", join(folder, "logs"));
    const {writer, problems} = keep(folder);
    for (let i = 0; i < 50; ++i) writer.note("x".repeat(10_000));
    writer.onExec(["make"], ended, "y".repeat(100_000));
    writer.flush();
    writer.close();
    expect(problems).toEqual([expect.stringMatching(/^the transcript cannot be written: .*(ENOSPC|EINVAL)/)]);
  });

  it("lines wait, what is too much is counted, and nothing is torn", async () => {
    const folder = newFolder();
    mkdirSync(join(folder, "transcript.jsonl")); // in the way
    const {writer, file, problems} = keep(folder);
    for (let i = 0; i < 100; ++i) writer.onCall(call({messages: [user(`${i} ${"x".repeat(60_000)}`)]}, chatAnswer("same")));
    rmSync(file, {recursive: true});
    writer.onCall(call({messages: [user("after")]}, chatAnswer("same")));
    writer.flush();
    writer.onCall(call({messages: [user("later")]}, chatAnswer("same")));
    writer.close();
    expect(problems.length).toBe(1);
    const lines = await linesOf(file);
    expect(lines.every(({bad}) => bad === null)).toBe(true);
    const entries = await entriesOf(file);
    expect(entries.flatMap((entry) => (entry.kind === "note" ? [entry.text] : []))).toEqual([
      expect.stringMatching(/^\d+ entries are missing here: the disk had no room$/),
    ]);
    const hashes = new Set(ofKind(entries, "message").map(({hash}) => hash));
    const last = ofKind(entries, "model").at(-1)!;
    expect([...last.asked, ...last.answer].every((hash) => hashes.has(hash))).toBe(true);
  });

  it("a clock or a listener that fails stays outside", () => {
    const folder = newFolder();
    const broken = keep(folder, {
      now: () => new Date(Number.NaN),
      onProblem: () => {
        throw new Error("no");
      },
    });
    expect(() => {
      broken.writer.note("a");
      broken.writer.onCall(call("{", "{"));
      broken.writer.close();
    }).not.toThrow();
  });
});
