import {existsSync, readdirSync, readFileSync} from "node:fs";
import {dirname} from "node:path";
import {setTimeout} from "node:timers/promises";
import {gzipSync} from "node:zlib";
import {describe, expect, it} from "vitest";
import {importFiles, importInto} from "../../src/ingest/importFiles.js";
import type {AttemptInput} from "../../src/record/attempt.js";
import {because} from "../because.js";
import {exported, failure, importOne, jsonLines, metrFile, options, record, withStore, workshop} from "../store/workshop.js";

const {fresh, path, write} = workshop();
const needsMetr = it.skipIf(!existsSync(metrFile));

const people = () =>
  write("people.csv", "id,environment,person,time_limit,working_time,score\nh1,optimize_kernel,P1,8h,7:45,0.9\nh2,scaling_law,P2,8h,8h,\n");

describe("the same file twice adds nothing", () => {
  const twice = async (file: string, count: number) => {
    const store = fresh("twice.duckdb");
    expect(await importOne(store, file)).toMatchObject({read: count, added: count, unchanged: 0});
    const before = await exported(store);
    expect(await importOne(store, file)).toMatchObject({read: count, added: 0, unchanged: count, newFlagEvents: 0, counts: [], flags: {}});
    expect(await exported(store)).toBe(before);
    const sources = await withStore(store, "read", ({connection}) => connection.runAndReadAll("select count(*)::integer from sources"));
    expect(sources.getRows()).toEqual([[1]]);
  };

  it("run records", () => twice(write("twice.jsonl", jsonLines(record("a", {flags: [{flag: "cheating"}]}), record("b"))), 2));
  it("human CSV", () => twice(people(), 2));
  needsMetr(`METR's file${because(existsSync(metrFile) ? null : `no ${metrFile}`)}`, () => twice(metrFile, 1808));

  it("also in one command, also gzipped under another name", async () => {
    const text = jsonLines(record("a"));
    const [first, second, third] = await importFiles(
      fresh("command.duckdb"),
      [write("one.jsonl", text), write("one.jsonl", text), write("one.jsonl.gz", gzipSync(text))],
      options,
    );
    expect([first, second, third].map((summary) => [summary!.added, summary!.unchanged])).toEqual([
      [1, 0],
      [0, 1],
      [0, 1],
    ]);
  });
});

it("the same CSV under another name adds nothing; a corrected one of the same name conflicts", async () => {
  const store = fresh("renamed.duckdb");
  const text = "environment,person,score\noptimize_kernel,P1,0.9\nscaling_law,P2,0.5\n";
  await importOne(store, write("baseline.csv", text));
  expect(await importOne(store, write("baseline (1).csv", text))).toMatchObject({fileName: "baseline (1).csv", added: 0, unchanged: 2});
  const error = await failure(importOne(store, write("baseline.csv", text.replace("0.9", "0.8"))));
  expect(error).toMatchObject({code: "conflicting-attempt", problem: expect.stringContaining("differs in finalScore")});
});

it("people's run records without a time limit get the one that is assumed, and a note says so", async () => {
  const store = fresh("limit.duckdb");
  const human = record("a", {participant: {kind: "human"}, timeLimitSeconds: null});
  const file = write("limit.jsonl", jsonLines(human, record("b", {timeLimitSeconds: null})));
  const {notes} = await importOne(store, file, {humanTimeLimitSeconds: 7200});
  expect(notes).toEqual(["No time limit is recorded for 1 human attempt; 2h assumed."]);
  const [a, b] = (await exported(store))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(a).toMatchObject({timeLimitSeconds: 7200, timeLimitAssumed: true});
  expect(b).toMatchObject({timeLimitSeconds: null, timeLimitAssumed: false});
});

it("a score that only entries after the time limit give is not flagged above the ceiling", async () => {
  const above = {
    tier: "full" as const,
    finalScore: -5,
    scoreLog: [
      {workingSeconds: 100, score: 1},
      {workingSeconds: 1900, score: -5},
    ],
  };
  const late = await importOne(fresh("late.duckdb"), write("late.jsonl", jsonLines(record("a", {...above, finalScoreRule: "best"}))));
  expect(late.flags).toEqual({});
  const inTime: Partial<AttemptInput> = {...above, timeLimitSeconds: 1890, finalScoreRule: "best"}; // within the tolerance of 1 %
  const flagged = await importOne(fresh("in-time.duckdb"), write("in-time.jsonl", jsonLines(record("a", inTime))));
  expect(flagged.flags).toEqual({"above-ceiling": 1});
});

it("an attempt in another file is the same attempt, whatever the order of its keys", async () => {
  const store = fresh("other-file.duckdb");
  await importOne(store, write("first.jsonl", jsonLines(record("a", {host: {gpu: "H100", cpus: 13}}))));
  const export1 = await exported(store);
  const {id, ...rest} = record("a", {host: {cpus: 13, gpu: "H100"}});
  expect(await importOne(store, write("second.jsonl", jsonLines({...rest, id})))).toMatchObject({added: 0, unchanged: 1});
  expect(await importOne(store, write("export.jsonl", export1))).toMatchObject({added: 0, unchanged: 1});
  expect(await exported(store)).toBe(export1);
});

describe("the same id with other content", () => {
  it("is refused with both sources and the fields that differ", async () => {
    const store = fresh("conflict.duckdb");
    await importOne(store, write("old.jsonl", jsonLines(record("a"), record("b"))));
    const before = await exported(store);
    const other = write("new.jsonl", jsonLines(record("c"), record("a", {finalScore: 2, seed: 7})));
    const error = await failure(importOne(store, other));
    expect(error.code).toBe("conflicting-attempt");
    expect(error.problem).toMatch(
      /a: here from new\.jsonl, there from old\.jsonl \(source 1, sha256 [0-9a-f]{12}\); differs in finalScore, seed$/,
    );
    expect(error.hint).toContain("--replace");
    expect(await exported(store)).toBe(before);
  });

  it("within one file cannot be settled by --replace, near or far", async () => {
    const far = Array.from({length: 6000}, (_, i) => record(`x${i}`));
    for (const between of [[], far]) {
      const store = fresh("within.duckdb");
      const file = write("within.jsonl", jsonLines(record("a"), ...between, record("a", {seed: 1})));
      for (const replace of [false, true]) {
        const error = await failure(importOne(store, file, {replace}));
        expect(error.code).toBe("conflicting-attempt");
        expect(error.message).toContain("a: here from within.jsonl, there from an earlier line of within.jsonl; differs in seed");
        expect(error.hint).not.toContain("--replace");
      }
      expect(existsSync(store)).toBe(false);
    }
  });

  it("takes the old one's place with replace and keeps the history of its flags", async () => {
    const store = fresh("replace.duckdb");
    const judged = {flag: "cheating", action: "add", author: "ann", reason: "read it", time: "2026-01-31T12:00:00Z"} as const;
    await importOne(store, write("old.jsonl", jsonLines(record("a", {flags: [judged]}), record("b"))));
    const summary = await importOne(store, write("new.jsonl", jsonLines(record("a", {finalScore: 2}))), {replace: true});
    expect(summary).toMatchObject({added: 0, replaced: 1, newFlagEvents: 0});
    const [a, b] = (await exported(store))
      .split("\n")
      .slice(0, 2)
      .map((line) => JSON.parse(line));
    expect(a).toMatchObject({finalScore: 2, flags: [judged], provenance: {sourceFile: "new.jsonl"}});
    expect(b).toMatchObject({finalScore: 1, flags: [], provenance: {sourceFile: "old.jsonl"}});
  });
});

describe("all or nothing", () => {
  const bad = jsonLines(record("c"), {...record("d"), timeLimitSeconds: -5});

  it("a bad row in the second file leaves the store as it was", async () => {
    const store = fresh("all.duckdb");
    await importOne(store, write("before.jsonl", jsonLines(record("before"))));
    const before = await exported(store);
    const files = [write("good.jsonl", jsonLines(record("a"), record("b"))), write("bad.jsonl", bad)];
    const error = await failure(importFiles(store, files, options));
    expect(error.code).toBe("invalid-record");
    expect(error.problem).toBe(
      "bad.jsonl: 1 problem in 2 rows; nothing was imported\n  bad.jsonl:2: timeLimitSeconds: found -5, expected a number >0",
    );
    expect(await exported(store)).toBe(before);
  });

  it("a store that did not exist still does not", async () => {
    const store = fresh("never.duckdb");
    await failure(importFiles(store, [write("good.jsonl", jsonLines(record("a"))), write("bad.jsonl", bad)], options));
    await failure(importFiles(store, [path("missing.jsonl")], options));
    expect(readdirSync(dirname(store)).filter((name) => name.includes("never"))).toEqual([]);
  });

  it("a file that breaks off while its first rows are still being written leaves none of them", async () => {
    const text = jsonLines(...Array.from({length: 12_000}, (_, i) => record(`x${i}`, {seed: (i * 7919) % 104_729})));
    const whole = gzipSync(text);
    const file = write("broken.jsonl.gz", whole.subarray(0, Math.floor(whole.length * 0.7)));
    const store = fresh("broken.duckdb");
    await importOne(store, write("before.jsonl", jsonLines(record("before"))));
    const before = await exported(store);
    await withStore(store, "write", async (open) => {
      // a slow database: reading fails long before the first batch is in
      const read = open.connection.runAndReadAll.bind(open.connection);
      open.connection.runAndReadAll = (...query: Parameters<typeof read>) => setTimeout(300).then(() => read(...query));
      const error = await failure(importInto(open, [file], options));
      expect(error).toMatchObject({code: "unreadable-file", problem: expect.stringContaining("gzip data are broken")});
      await setTimeout(600);
    });
    expect(await exported(store)).toBe(before);
  });

  it("skipInvalid imports the rest and writes the rejected rows with their reasons", async () => {
    const store = fresh("skip.duckdb");
    const file = write("mixed.jsonl", `${bad}{"id": NaN}\n`);
    const summary = await importOne(store, file, {skipInvalid: true, format: "records"});
    expect(summary).toMatchObject({read: 3, added: 1, rejected: 2, rejectedFile: `${file}.rejected.jsonl`});
    const rows = readFileSync(`${file}.rejected.jsonl`, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows).toEqual([
      {line: 2, text: bad.split("\n")[1], problems: [{line: 2, field: "timeLimitSeconds", found: "-5", expected: "a number >0"}]},
      {line: 3, text: '{"id": NaN}', problems: [expect.objectContaining({line: 3, expected: expect.stringContaining("no NaN")})]},
    ]);
  });

  it("skipInvalid makes no store where no row is valid, and still writes the rejected rows", async () => {
    const store = fresh("none-valid.duckdb");
    const file = write("none-valid.csv", "environment,score\noptimize_kernel,abc\n");
    expect(await importOne(store, file, {skipInvalid: true})).toMatchObject({added: 0, rejected: 1});
    expect(
      readdirSync(dirname(store))
        .filter((name) => name.includes("none-valid"))
        .sort(),
    ).toEqual(["none-valid.csv", "none-valid.csv.rejected.jsonl"]);
  });

  it("a store that cannot be begun leaves nothing", async () => {
    const store = fresh("not-begun.duckdb");
    const broken = {...options, toolVersion: null as never}; // fails once the file is there, as a full disk does
    await expect(importFiles(store, [write("good.jsonl", jsonLines(record("a")))], broken)).rejects.toThrow();
    expect(readdirSync(dirname(store)).filter((name) => name.includes("not-begun"))).toEqual([]);
  });

  it("skipInvalid writes no rejected rows where a later file stops the import", async () => {
    const file = write("partly.jsonl", bad);
    await failure(importFiles(fresh("partly.duckdb"), [file, path("missing.jsonl")], {...options, skipInvalid: true}));
    expect(readdirSync(dirname(file)).filter((name) => name.startsWith("partly.jsonl."))).toEqual([]);
  });

  it("counts every problem but keeps and shows few", async () => {
    const file = write("all-bad.jsonl", jsonLines(...Array.from({length: 5000}, (_, i) => ({...record(`x${i}`), nonsense: i}))));
    const {problem} = await failure(importOne(fresh("all-bad.duckdb"), file));
    expect(problem).toMatch(/^all-bad\.jsonl: 5000 problems in 5000 rows/);
    expect(problem).toMatch(/all-bad\.jsonl:1: nonsense: found 0, expected no field of this name\n/);
    expect(problem.split("\n")).toHaveLength(12);
    expect(problem).toMatch(/… and 4990 more$/);
  });
});

describe("what is found and what was expected", () => {
  const cases: [changes: Record<string, unknown>, message: string][] = [
    [{id: ""}, 'id: found "", expected a text that is not empty'],
    [{id: 5}, "id: found 5, expected a text"],
    [{status: "done"}, 'status: found "done", expected one of "finished"|"error"'],
    [{participant: {kind: "robot"}}, "participant.kind: found \"robot\", expected one of 'agent' | 'human'"],
    [{participant: undefined}, "participant: found nothing, expected an object"],
    [{scoreLog: [{workingSeconds: 1, score: "0.5"}]}, 'scoreLog[0].score: found "0.5", expected a finite number'],
    [
      {scoreLog: [{workingSeconds: 9}, {workingSeconds: 1}]},
      "scoreLog[1].workingSeconds: found 1, expected a time not before that of the entry above it",
    ],
    [{startedAt: "2026-01-31 12:00"}, 'startedAt: found "2026-01-31 12:00", expected a time in UTC, such as 2026-01-31T12:00:00Z'],
    [{schemaVersion: 2}, "schemaVersion: found 2, expected 1 (a record of a higher version needs a newer rebench)"],
    [{seed: 1.5}, "seed: found 1.5, expected a whole number"],
    [{host: {gpus: [1]}}, "host.gpus: found a list, expected a text, a number, true, false or null"],
    [
      {transcript: "javascript:alert(1)"},
      'transcript: found "javascript:alert(1)", expected an http(s) address, or a path below the attempt\'s folder',
    ],
    [{participant: {kind: "agent", alias: "human"}}, 'participant.alias: found "human", expected a name other than "human"'],
    [{participant: {kind: "agent", model: "human"}}, 'participant.model: found "human", expected a name other than "human"'],
    [
      {participant: {kind: "agent", model: "m".repeat(501)}},
      `participant.model: found "${"m".repeat(56)}…, expected a text of at most 500 characters`,
    ],
    [{id: "i".repeat(501)}, `id: found "${"i".repeat(56)}…, expected a text of at most 500 characters`],
    [{finalScore: 1e10}, "finalScore: found 10000000000, expected a number from -1e9 to 1e9"],
    [{scoreLog: [{workingSeconds: 1, score: -1e300}]}, "scoreLog[0].score: found -1e+300, expected a number from -1e9 to 1e9"],
    [{startingScore: 1e300, referenceScore: 0}, "startingScore: found 1e+300, expected a number from -1e9 to 1e9"],
    [{environment: "scaling_law", finalScoreRule: "best"}, "finalScoreRule: found best, expected last, the rule of scaling_law"],
    [{referenceScore: 1}, "referenceScore: found 1, expected both startingScore and referenceScore, or neither"],
    [{environment: "nope"}, "environment: found nope, expected one of fix_embedding, gpt2_qa_rl"],
    [{finalScoreRule: "best", scoreLog: [{workingSeconds: 1, score: 0.3}]}, "finalScore: found 1, expected 0.3, the best of the score log"],
    [{flags: [{flag: "Bad"}]}, 'flags[0].flag: found "Bad", expected lower-case letters, digits and -'],
    [{"evil\u001b[2J\u202e": 1}, "evil\\u001b[2J\\u202e: found 1, expected no field of this name"],
  ];
  it.each(cases)("%j", async (changes, message) => {
    const file = write("case.jsonl", jsonLines(record("fine"), {...record("a"), ...changes}));
    const error = await failure(importOne(fresh("case.duckdb"), file));
    expect(error.problem).toContain(`case.jsonl:2: ${message}`);
  });

  it.each([
    "",
    "a b",
    "a\u202eb",
    "a\nb",
    "a%0ab",
    "/etc/passwd",
    "a/../b",
    "a/%2e%2e/b",
    "a%2f%252e./b",
    "%2Fetc",
    "file:a",
    "https://",
    "100%",
  ])("a transcript at %j", async (transcript) => {
    const error = await failure(importOne(fresh("transcript.duckdb"), write("transcript.jsonl", jsonLines(record("a", {transcript})))));
    expect(error.problem).toMatch(/transcript: found .*, expected an http\(s\) address, or a path below the attempt's folder/);
  });

  it("a score in a CSV that is too large", async () => {
    const file = write("large.csv", "environment,score\noptimize_kernel,1e10\n");
    expect((await failure(importOne(fresh("large.duckdb"), file))).problem).toContain(
      "score: found 1e10, expected a number from -1e9 to 1e9",
    );
  });
});
