import {mkdirSync, readFileSync, statSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import fc from "fast-check";
import stringWidth from "string-width";
import {beforeAll, describe, expect, it} from "vitest";
import {wrapLines} from "../../src/cli/wrapLines.js";
import {transcriptWriter} from "../../src/runner/transcript/transcriptWriter.js";
import {call, chatAnswer, ended, scored} from "../runner/transcript/calls.js";
import {newFolder, rebench, tooWide} from "./rebench.js";

const HOSTILE = [
  "\u001b[2J\u001b[1;1Hcleared\u001b[31mred",
  "\u001b]8;;https://example.org\u0007link\u001b]8;;\u0007",
  "right\u202eto left\u2066",
  "</script><script>alert(1)</script><img src=x onerror=alert(2)>",
  "nul\u0000 bell\u0007 c1\u009b31m",
  `long ${"z".repeat(5000)}`,
];
const folder = newFolder();

/** An attempt in runs/ID, with scores, pauses, and texts of every kind of malice. */
function attempt(id: string, fill: (writer: ReturnType<typeof transcriptWriter>, tick: (seconds: number) => void) => void): string {
  const own = join(folder, "runs", id);
  mkdirSync(own, {recursive: true});
  let seconds = 0;
  const now = () => new Date(Date.UTC(2026, 0, 31) + seconds * 1000);
  const writer = transcriptWriter(join(own, "transcript.jsonl"), {now, workingSeconds: () => seconds, logs: join(own, "logs")});
  fill(writer, (to) => {
    seconds = to;
  });
  writer.close();
  return own;
}

beforeAll(() => {
  attempt("run-1", (writer, tick) => {
    writer.note("begins");
    HOSTILE.forEach((text, i) => {
      tick(60 * i);
      writer.onCall(call({messages: [{role: "user", content: `please ${text}`}]}, chatAnswer(`sure ${text}`)));
      writer.onExec(["bash", "-c", text], ended, `${text}\n`.repeat(3), {seconds: 2});
      writer.onEvent(scored(i, 60 * i + 30, i === 1 ? null : i / 10));
    });
    writer.onEvent({type: "ended", reason: "submitted", detail: null, sequence: 99, workingSeconds: 400, time: "2026-01-31T00:06:40.000Z"});
  });
  attempt("run-2", (writer) => writer.onExec(["seq"], ended, Array.from({length: 200}, (_, i) => `line ${i}`).join("\n")));
});

describe("rebench transcript", () => {
  it("shows all of it, in 80 columns, with nothing that acts on the terminal", async () => {
    const {status, stdout, stderr} = await rebench(folder, ["transcript", "run-1"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("Transcript of run-1");
    expect(stdout).toContain("worked: 0:06:40; ended: submitted");
    expect(stdout).toContain("\n0:00:30  score  Score 0\n  asked for at 0:00:29, took 0.5 s, request request-0\n");
    expect(stdout).toContain("score  Submission not valid");
    expect(stdout).toContain("    please \\u001b[2J\\u001b[1;1Hclearedred\n");
    expect(stdout).toContain("\\u001b]8;;https://example.org\\u0007link");
    expect(stdout).toContain("right\\u202eto left\\u2066");
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    expect(tooWide(stdout)).toEqual([]);
  });

  it("takes an id, a folder, or the file", async () => {
    const byId = await rebench(folder, ["transcript", "run-2"]);
    expect(await rebench(folder, ["transcript", "runs/run-2"])).toEqual(byId);
    expect(await rebench(folder, ["transcript", "run-2/transcript.jsonl"], {})).toMatchObject({status: 1});
    expect(await rebench(folder, ["transcript", "runs/run-2/transcript.jsonl"])).toEqual(byId);
    expect(await rebench(join(folder, "runs"), ["transcript", "run-2", "--runs", "."])).toEqual(byId);
  });

  it("shows the beginning and the end of a long text, or all of it", async () => {
    const short = await rebench(folder, ["transcript", "run-2"]);
    expect(short.stdout).toContain("    line 29\n  … 160 lines more (--whole) …\n    line 190\n");
    const whole = await rebench(folder, ["transcript", "run-2", "--whole"]);
    expect(whole.stdout.match(/^ {4}line \d+$/gm)).toHaveLength(200);
  });

  it("shows some kinds, and what is around a score", async () => {
    const kinds = async (...args: string[]) =>
      [...(await rebench(folder, ["transcript", "run-1", ...args])).stdout.matchAll(/^\d:\d\d:\d\d {2}(\w+)/gm)].map(([, kind]) => kind);
    expect(await kinds("--only", "score,end")).toEqual([...Array(6).fill("score"), "end"]);
    expect(await kinds("--around-score", "1")).toEqual(["note", "model", "command", "score", "model", "command", "score"]);
    expect(await kinds("--around-score", "2", "--only", "command")).toEqual([
      "command",
      "command",
      "score",
      "command",
      "command",
      "command",
    ]);
    expect((await rebench(folder, ["transcript", "run-2", "--only", "score"])).stdout).toContain("There are no such entries.");
  });

  it("prints JSON with everything as it was", async () => {
    const {stdout} = await rebench(folder, ["transcript", "run-1", "--json", "--only", "model"]);
    const result = JSON.parse(stdout);
    expect(result.attempt).toBe("run-1");
    expect(result.summary).toMatchObject({calls: 6, commands: 6, costUsd: 1.5, workingSeconds: 400, endReason: "submitted", badLines: 0});
    expect(result.entries.map(({texts}: {texts: {start: string}[]}) => texts[1]!.start)).toEqual(HOSTILE.map((text) => `sure ${text}`));
  });

  it("says what is damaged, and shows the rest", async () => {
    const own = attempt("run-3", (writer) => writer.note("before"));
    writeFileSync(join(own, "transcript.jsonl"), '{"kind":"note"', {flag: "a"});
    const {status, stdout, stderr} = await rebench(folder, ["transcript", "run-3"]);
    expect(status).toBe(0);
    expect(stdout).toContain("note  before");
    expect(stdout).toContain("damage  The last line was not written to its end");
    expect(stderr).toBe("note: 1 line of the transcript cannot be read; it is marked as damage\n");
  });

  it.each([
    [["transcript", "run-4"], 1, 'there is no transcript of "run-4" in runs; did you mean run-1 or run-2 or run-3?'],
    [["transcript", "runs"], 1, "there is no transcript.jsonl in runs"],
    [["transcript", "run-1", "--runs", "nowhere"], 1, "where attempts are with --runs"],
    [["transcript", "run-1", "--only", "scores"], 2, '"scores" is no kind of entry'],
    [["transcript", "run-1", "--around-score", "7"], 2, "Give a number from 1 to 6."],
    [["transcript", "run-2", "--around-score", "1"], 2, "the transcript has 0 scores"],
    [["transcript", "run-1", "--html", "no/such/folder.html"], 1, "there is no such folder"],
  ])("%j ends with status %i and says why", async (args, status, said) => {
    const outcome = await rebench(folder, args);
    expect([outcome.status, outcome.stdout]).toEqual([status, ""]);
    expect(outcome.stderr).toContain(said);
  });

  it("writes a page with the same bytes each time", async () => {
    const {stdout} = await rebench(folder, ["transcript", "run-1", "--html", "a.html"]);
    expect(stdout).toMatch(/^a\.html: 20 entries, 0\.\d\d MB\n$/);
    const {stdout: json} = await rebench(folder, ["transcript", "runs/run-1", "--html", "b.html", "--json"]);
    expect(JSON.parse(json)).toEqual({attempt: "run-1", html: "b.html", bytes: statSync(join(folder, "b.html")).size, entries: 20});
    expect(readFileSync(join(folder, "a.html")).equals(readFileSync(join(folder, "b.html")))).toBe(true);
  });

  it("takes 50 MB in a heap of 64 MB, as text, as JSON and as a page", async () => {
    const own = attempt("large", (writer) => {
      for (let i = 0; i < 800; ++i) {
        writer.onCall(
          call({messages: [{role: "user", content: `${i} ${"some words ".repeat(2800)}`}]}, chatAnswer(`${i} ${"<b> ".repeat(7000)}`)),
        );
        writer.onExec(["train"], ended, `${i} ${"漢字\n".repeat(1000)}`);
        writer.onEvent(scored(i, i + 1, i));
      }
    });
    expect(statSync(join(own, "transcript.jsonl")).size).toBeGreaterThan(50e6);
    const little = {NODE_OPTIONS: "--max-old-space-size=64"};
    const text = await rebench(folder, ["transcript", "large", "--whole"], little);
    expect([text.status, text.stderr]).toEqual([0, ""]);
    expect(text.stdout.match(/^\d:\d\d:\d\d {2}score/gm)).toHaveLength(800);
    const json = await rebench(folder, ["transcript", "large", "--json"], little);
    expect([json.status, JSON.parse(json.stdout).entries.length]).toEqual([0, 2400]);
    const page = await rebench(folder, ["transcript", "large", "--html", "large.html"], little);
    expect([page.status, page.stderr]).toEqual([0, ""]);
    expect(statSync(join(folder, "large.html")).size).toBeGreaterThan(50e6);
  }, 120_000);
});

describe("wrapLines", () => {
  it("breaks at blanks, else inside words, and keeps line breaks and what is wide in the width", () => {
    expect(wrapLines("one two three\n\nfour", 9, "  ")).toEqual(["  one two", "  three", "", "  four"]);
    expect(wrapLines("abcdefghij", 6, "  ")).toEqual(["  abcd", "  efgh", "  ij"]);
    expect(wrapLines("漢字漢字漢", 6, "")).toEqual(["漢字漢", "字漢"]);
    expect(wrapLines("😀😀😀", 4, "")).toEqual(["😀😀", "😀"]);
    expect(wrapLines("", 6, "  ")).toEqual([""]);
  });
  it("never writes a line wider than it was told, and loses nothing but blanks", () => {
    const unit = fc.constantFrom("a", "bc ", " ", "漢", "😀", "é", "e\u0301", "–", "✅", "👩‍🔬", "❤️", "한", "ｆ", "\n");
    fc.assert(
      fc.property(fc.array(unit), fc.integer({min: 4, max: 20}), (units, width) => {
        const lines = wrapLines(units.join(""), width, "  ");
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
        expect(lines.join("").replace(/\s/g, "")).toBe(units.join("").replace(/\s/g, ""));
      }),
    );
  });
  it("takes a line of a million characters", () => {
    const began = performance.now();
    expect(wrapLines("漢".repeat(1_000_000), 80, "").join("")).toHaveLength(1_000_000);
    expect(wrapLines("x".repeat(1_000_000), 80, "").join("")).toHaveLength(1_000_000);
    expect(performance.now() - began).toBeLessThan(3_000);
  });
});
