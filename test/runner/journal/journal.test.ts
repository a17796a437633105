import {execFileSync, spawnSync} from "node:child_process";
import {appendFileSync, readFileSync, truncateSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {expect, it} from "vitest";
import type {JournalEvent} from "../../../src/runner/journal/event.js";
import {openJournal} from "../../../src/runner/journal/journal.js";
import {readJournal} from "../../../src/runner/journal/readJournal.js";
import {because} from "../../because.js";
import {handClock, temporaryFolder} from "./temporary.js";

const BEAT: JournalEvent = {type: "heartbeat"};
const REQUEST: JournalEvent = {type: "score-requested", requestId: "ä\n"};

function newJournal() {
  const file = join(temporaryFolder(), "journal.jsonl");
  const clock = handClock();
  const open = (onRepair?: (bytes: number) => void) => openJournal(file, {workingSeconds: clock.monotonic, now: clock.now}, onRepair);
  return {file, clock, open};
}

it("holds what was appended, with numbers, working time to the millisecond and the time of day", () => {
  const {clock, open, file} = newJournal();
  const journal = open();
  clock.advance(1.23456);
  expect(journal.append(REQUEST)).toEqual({sequence: 0, workingSeconds: 1.235, time: "2026-01-01T00:00:01.234Z", ...REQUEST});
  journal.append(BEAT);
  journal.close();
  expect(readFileSync(file, "utf8").split("\n")).toHaveLength(3);
  expect(open().entries.map(({sequence, type}) => [sequence, type])).toEqual([
    [0, "score-requested"],
    [1, "heartbeat"],
  ]);
});

it("keeps of heartbeats in a row only the last, in memory and when read, and numbers on", () => {
  const {clock, open, file} = newJournal();
  const journal = open();
  for (let i = 0; i < 100; ++i) {
    clock.advance(1);
    journal.append(BEAT);
  }
  expect(journal.entries).toHaveLength(1);
  journal.append(REQUEST);
  journal.append(BEAT);
  journal.close();
  const again = open();
  expect(again.entries).toEqual(journal.entries);
  expect(again.entries.map(({sequence}) => sequence)).toEqual([99, 100, 101]);
  expect(again.append(BEAT).sequence).toBe(102);
  expect(readFileSync(file, "utf8").trimEnd().split("\n")).toHaveLength(103);
});

it.each([1, 2, 20, 200])("cuts off a last line of which %i bytes are missing, and says how much was left of it", (missing) => {
  const {open, file} = newJournal();
  const journal = open();
  journal.append(REQUEST);
  const first = readFileSync(file);
  journal.append({type: "scoring-failed", requestId: "x", problem: "y".repeat(300)});
  journal.close();
  const whole = readFileSync(file).length;
  truncateSync(file, whole - missing);
  const said: number[] = [];
  const again = open((bytes) => said.push(bytes));
  expect(said).toEqual([whole - missing - first.length]);
  expect(readFileSync(file)).toEqual(first);
  expect(again.append(BEAT).sequence).toBe(1);
  expect(readJournal(file).entries).toHaveLength(2);
});

it("a journal of one torn line is an empty one", () => {
  const {open, file} = newJournal();
  writeFileSync(file, '{"sequence":0,"typ');
  expect(open().entries).toEqual([]);
  expect(readFileSync(file, "utf8")).toBe("");
});

it.each([
  ["what is no JSON", (lines: string[]) => lines.with(1, "{]")],
  ["what is no entry", (lines: string[]) => lines.with(1, '{"sequence":1}')],
  ["an empty line", (lines: string[]) => lines.with(1, "")],
  ["a line that is missing", (lines: string[]) => lines.toSpliced(1, 1)],
  ["a line that is there twice", (lines: string[]) => lines.toSpliced(1, 0, lines[0]!)],
  ["lines in another order", (lines: string[]) => [lines[0]!, lines[2]!, lines[1]!]],
])("refuses %s with its line, and writes nothing", (_, damage) => {
  const {open, file} = newJournal();
  const journal = open();
  for (let i = 0; i < 3; ++i) journal.append(REQUEST);
  journal.close();
  const damaged = `${damage(readFileSync(file, "utf8").trimEnd().split("\n")).join("\n")}\n`;
  writeFileSync(file, damaged);
  expect(() => open()).toThrow(expect.objectContaining({code: "journal-damaged", problem: expect.stringMatching(/line 2\b/)}));
  expect(readFileSync(file, "utf8")).toBe(damaged);
});

it("a closed journal takes nothing: its number may be that of another file by then", () => {
  const {open, file} = newJournal();
  const journal = open();
  journal.append(BEAT);
  journal.close();
  const before = readFileSync(file, "utf8");
  expect(() => journal.append(BEAT)).toThrow("the journal is closed");
  expect(readFileSync(file, "utf8")).toBe(before);
});

const canMount = spawnSync("sh", ["-c", "unshare -m true"]).status === 0;

const noMount = because(canMount ? null : process.getuid!() === 0 ? "unshare -m is not allowed here" : "only root may mount a small disk");

it.skipIf(!canMount)(
  `a full disk: the failure names the way on, part of a line is taken back, and nothing more is written${noMount}`,
  () => {
    const folder = temporaryFolder();
    const script = `
    import {openJournal} from ${JSON.stringify(join(import.meta.dirname, "../../../dist/runner/journal/journal.js"))};
    import {appendFileSync, readFileSync, rmSync} from "node:fs";
    const journal = openJournal(process.argv[1] + "/journal.jsonl", {workingSeconds: () => 0, now: () => new Date(0)});
    const said = [];
    for (let i = 0; i < 5000 && said.length < 2; ++i) {
      try { journal.append({type: "scoring-failed", requestId: "x", problem: "y".repeat(1000)}); }
      catch (error) { said.push(error.code + " " + error.hint); rmSync(process.argv[1] + "/other", {force: true}); }
    }
    console.log(JSON.stringify({said, ends: readFileSync(process.argv[1] + "/journal.jsonl", "utf8").slice(-2), lines: journal.entries.length}));`;
    const command =
      'mount -t tmpfs -o size=1m none "$1" && head -c 300000 /dev/zero >"$1/other" && exec "$2" --input-type=module -e "$3" "$1"';
    const said = execFileSync("unshare", ["-m", "sh", "-c", command, "sh", folder, process.execPath, script], {encoding: "utf8"});
    const {said: failures, ends, lines} = JSON.parse(said) as {said: string[]; ends: string; lines: number};
    expect(failures).toEqual(Array(2).fill(`disk-full Free some space, then take the attempt up again with: rebench resume ${folder}`));
    expect(ends).toBe("}\n");
    expect(lines).toBeGreaterThan(400);
  },
);

it("is on the disk when append returns", () => {
  const {open, file} = newJournal();
  const journal = open();
  journal.append(REQUEST);
  appendFileSync(file, ""); // another descriptor sees it
  expect(readJournal(file).entries).toEqual(journal.entries);
});

const hasStrace = spawnSync("strace", ["-V"]).status === 0;

it.skipIf(!hasStrace)(
  `each line is synced before the next is written${because(hasStrace ? null : "no strace; apt-get install strace")}`,
  () => {
    const folder = temporaryFolder();
    const script = `
    import {openJournal} from ${JSON.stringify(join(import.meta.dirname, "../../../dist/runner/journal/journal.js"))};
    const journal = openJournal(process.argv[1], {workingSeconds: () => 0, now: () => new Date(0)});
    for (let i = 0; i < 3; ++i) journal.append({type: "score-requested", requestId: "line-" + i});`;
    const args = ["-f", "-e", "trace=write,fdatasync", "-o", join(folder, "trace"), process.execPath, "--input-type=module", "-e", script];
    execFileSync("strace", [...args, join(folder, "j.jsonl")]);
    const calls = readFileSync(join(folder, "trace"), "utf8").match(/write\(\d+, "\{\\"sequence|fdatasync/g)!;
    expect(calls.map((call) => call.slice(0, 5))).toEqual(["write", "fdata", "write", "fdata", "write", "fdata"]);
  },
);
