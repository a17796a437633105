import {appendFileSync, closeSync, mkdirSync, openSync, writeFileSync, writeSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {readTranscript} from "../../../src/runner/transcript/readTranscript.js";
import {shownEntries} from "../../../src/runner/transcript/shownEntries.js";
import {summarizeTranscript} from "../../../src/runner/transcript/summarizeTranscript.js";
import {call, chatAnswer, ended, keep, linesOf, newFolder, ofKind, scored, shownOf} from "./calls.js";

const note = (text: string) => `${JSON.stringify({kind: "note", time: "2026-01-31T00:00:00Z", workingSeconds: 1, sequence: null, text})}\n`;

describe("lines that are no entries", () => {
  it("are told, and those around them read", async () => {
    const file = join(newFolder(), "transcript.jsonl");
    writeFileSync(file, note("first"));
    appendFileSync(file, "not json\n");
    appendFileSync(file, Buffer.concat([Buffer.from('{"kind":"note'), Buffer.from([0xff, 0xfe, 0x0a])]));
    appendFileSync(file, '{"kind":"dream","time":"2026-01-31T00:00:00Z","workingSeconds":1}\n');
    appendFileSync(file, '{"kind":"note","time":"yesterday","workingSeconds":1,"text":"x"}\n\n');
    appendFileSync(file, note("last"));
    appendFileSync(file, '{"kind":"no');
    const lines = await linesOf(file);
    expect(lines.map(({line, entry, bad}) => [line, entry?.kind === "note" ? entry.text : `${bad?.what}: ${bad?.why}`])).toEqual([
      [1, "first"],
      [2, "damaged: it is no JSON"],
      [3, "damaged: it is no UTF-8"],
      [4, "damaged: its kind is not known here"],
      [5, "damaged: its time is wrong"],
      [6, "damaged: it is no JSON"],
      [7, "last"],
      [8, "torn: it has no end"],
    ]);
    const shown = await shownOf(file);
    expect(shown.filter(({kind}) => kind === "damage").map(({facts}) => facts[0])).toEqual(
      [2, 3, 4, 5, 6, 8].map((line) => `line ${line}`),
    );
    expect((await summarizeTranscript(readTranscript(file))).badLines).toBe(6);
  });

  it("are told where they are longer than any line", async () => {
    const file = join(newFolder(), "transcript.jsonl");
    const descriptor = openSync(file, "w");
    for (let i = 0; i < 40; ++i) writeSync(descriptor, Buffer.alloc(2 ** 20, 0x20));
    writeSync(descriptor, `\n${note("after")}`);
    closeSync(descriptor);
    expect((await linesOf(file)).map(({entry, bad}) => entry?.kind ?? bad)).toEqual([
      {what: "damaged", bytes: 40 * 2 ** 20, why: "it is too long"},
      "note",
    ]);
  });

  it("of files that cannot be read say why", async () => {
    const folder = newFolder();
    mkdirSync(join(folder, "sub"));
    await expect(linesOf(join(folder, "none"))).rejects.toThrow("there is no such file");
    await expect(linesOf(join(folder, "sub"))).rejects.toThrow("it is a folder");
  });
});

describe("entries as they are shown", () => {
  it("have a call's new messages before its answer, and neither what was answered before nor the history", async () => {
    const {writer, file} = keep();
    const [system, one, two] = [
      {role: "system", content: "S"},
      {role: "user", content: "1"},
      {role: "user", content: "2"},
    ];
    writer.onCall(call({messages: [system, one]}, chatAnswer("A")));
    writer.onCall(call({messages: [system, one, {role: "assistant", content: "A"}, two]}, chatAnswer("B")));
    writer.onCall(call({messages: [one]}, "", {status: 400, failure: "it refused", costUsd: null, tries: 3, pausedSeconds: 7}));
    writer.close();
    const shown = await shownOf(file);
    expect(shown.map(({texts}) => texts.map(({label, start, isAside}) => `${label}=${start}${isAside ? "" : "!"}`))).toEqual([
      ["system=S", "user=1", "assistant=A!"],
      ["user=2", "assistant=B!"],
      ["=(the same message as in entry 1)"],
    ]);
    expect(shown[1]!.facts).toEqual(["after 2 messages of call 1", "tokens: 10 input, 5 output, 2 of it reasoning", "$0.25", "1.5 s"]);
    expect(shown[2]).toMatchObject({isBad: true, title: "Call 3 of gpt-x"});
    expect(shown[2]!.facts).toEqual(expect.arrayContaining(["failed: it refused", "status 400", "waited 7 s for the provider", "3 tries"]));
  });

  it("have commands as one would type them, and scores by number", async () => {
    const {writer, file} = keep();
    writer.onExec(["bash", "-c", "echo 'it'"], ended, "it\n");
    writer.onExec(["python", "-c", "a\nb"], {exitCode: null, signal: "SIGKILL", timedOut: true}, "");
    writer.onEvent(scored(1, 4, null));
    writer.onEvent(scored(2, 5, 0.123456789, {repeat: true}));
    writer.close();
    const shown = await shownOf(file);
    expect(shown.map(({title, isBad}) => [title, isBad])).toEqual([
      [`$ bash -c 'echo '\\''it'\\'''`, false],
      ["Command 2", true],
      ["Submission not valid", true],
      ["Score 0.123457", false],
    ]);
    expect(shown[1]!.facts.slice(0, 2)).toEqual(["ended at its time limit", "ended by SIGKILL"]);
    expect(shown[1]!.texts).toMatchObject([{label: "command", start: "python -c 'a\nb'"}]);
    expect(shown[2]).toMatchObject({score: {number: 1, valid: false}, texts: [{start: "the file is missing"}]});
    expect(shown[3]!.score).toEqual({number: 2, askedAtSeconds: 4, score: 0.123456789, valid: true, repeat: true, remeasured: false});
  });

  it("have no entries for the pause that a score is, and the summary counts them as they are shown", async () => {
    const {writer, file} = keep();
    const at = {workingSeconds: 4, time: "2026-01-31T00:00:04.000Z"};
    writer.onEvent({type: "paused", reason: "scoring", sequence: 0, ...at});
    writer.onEvent(scored(1, 4, 0.5));
    writer.onEvent({type: "resumed", reason: "scoring", pausedSeconds: 2, sequence: 2, ...at});
    writer.onEvent({type: "paused", reason: "break", sequence: 3, ...at});
    writer.onEvent(scored(4, 4, 0.7));
    writer.close();
    expect((await linesOf(file)).length).toBe(5);
    const shown = await shownOf(file);
    expect(shown.map(({number, kind}) => [number, kind])).toEqual([
      [1, "score"],
      [2, "pause"],
      [3, "score"],
    ]);
    const {scores} = await summarizeTranscript(readTranscript(file));
    expect(scores.map(({entry}) => entry)).toEqual([1, 3]);
  });

  it("tell messages whose call is missing", async () => {
    const {writer, file, folder} = keep();
    writer.onCall(call({messages: [{role: "user", content: "1"}]}, chatAnswer("A")));
    writer.close();
    const entries = await linesOf(file);
    expect(
      ofKind(
        entries.flatMap(({entry}) => (entry ? [entry] : [])),
        "message",
      ).length,
    ).toBe(2);
    const cut = join(folder, "cut.jsonl");
    writeFileSync(cut, `${JSON.stringify(entries[0]!.entry)}\n`);
    expect(await shownOf(cut)).toMatchObject([{kind: "damage", title: "Messages of a call that is missing", texts: [{start: "1"}]}]);
  });
});

it("50 MB are read in little memory", async () => {
  const {writer, file} = keep();
  for (let i = 0; i < 900; ++i) {
    writer.onCall(call({messages: [{role: "user", content: `${i} ${"x".repeat(30_000)}`}]}, chatAnswer(`${i} ${"y".repeat(28_000)}`)));
    writer.onEvent(scored(i, i + 1, i));
  }
  writer.close();
  let [most, entries] = [0, 0];
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for await (const _ of shownEntries(readTranscript(file))) {
    ++entries;
    if (entries % 100 === 0) most = Math.max(most, process.memoryUsage().heapUsed - before);
  }
  expect(entries).toBe(1800);
  expect(most).toBeLessThan(200 * 2 ** 20); // garbage included; the command's test has a limit that is kept for it
});
