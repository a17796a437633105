import {mkdirSync} from "node:fs";
import {gzipSync} from "node:zlib";
import fc from "fast-check";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {RebenchError} from "../../src/errors.js";
import {exportRecords} from "../../src/export/exportRecords.js";
import {humanCsvTemplate} from "../../src/import/humanCsv.js";
import {FORMATS} from "../../src/import/row.js";
import {importInto} from "../../src/ingest/importFiles.js";
import {openStore, type Store} from "../../src/store/openStore.js";
import {jsonLines, options, record, workshop} from "../store/workshop.js";

const {path, write} = workshop();
let store: Store;
let before: string;

beforeAll(async () => {
  store = await openStore(":memory:", {mode: "write", toolVersion: "test"});
  await importInto(store, [write("seed.jsonl", jsonLines(record("seed", {flags: [{flag: "cheating"}]})))], options);
  before = await dump();
});
afterAll(() => store.close());

/** Takes out what an input brought. */
const clear = () =>
  store.connection.run(
    "delete from attempts where attempt_id <> 'seed'; delete from flags where attempt_id <> 'seed'; delete from sources where source_id > 1",
  );

async function dump(): Promise<string> {
  let text = "";
  for await (const line of exportRecords(store.connection, {agents: null, environments: null})) text += `${line}\n`;
  return text;
}

/** Imports the file. Only a RebenchError may come out, in words; then the store is as it was. Returns the error. */
async function survives(file: string, changes: Partial<typeof options> = {}): Promise<RebenchError | null> {
  try {
    await importInto(store, [file], {...options, ...changes});
  } catch (error) {
    if (!(error instanceof RebenchError)) throw error;
    expect(error.message).not.toMatch(/^\s+at |node:internal|\bundefined\b|\[object/m);
    expect(error.message.length).toBeLessThan(10_000);
    expect(error.hint).not.toBe("");
    expect(await dump()).toBe(before);
    return error;
  }
  await clear();
  expect(await dump()).toBe(before);
  return null;
}

const line = JSON.stringify(
  record("fuzzed", {
    participant: {kind: "human", person: "P1"},
    scoreLog: [{workingSeconds: 60, score: 1.2, message: "m"}],
    pauses: [{atWorkingSeconds: 10, seconds: 5, reason: "lunch"}],
    host: {gpu: "H100"},
    flags: [{flag: "odd", action: "add"}],
    provenance: {sourceFile: "f", sourceSha256: "0".repeat(64), format: "x", toolVersion: "1"},
  }),
);
const metr = JSON.stringify({
  run_id: 1,
  task_id: "ai_rd_fix_embedding/main",
  task_family: "ai_rd_fix_embedding",
  alias: "human",
  model: "human",
  score: 1,
  time_limit: 0,
  started_at: 0,
  completed_at: 9e6,
});

/** Values that break parsers. */
const nasty = fc.oneof(
  fc.constantFrom(
    ..."{ } [ ] \" ' \\ , : ; \0 \n \r \r\n \t \uFEFF \uFFFD null NaN -Infinity 1e999 -1e-999 99999999999999999999999 \\u0000 \\ud800 \\udc00\\ud800".split(
      " ",
    ),
    '"id":"again",',
    '"__proto__":{"id":1},',
    '"constructor":1,',
    '"schemaVersion":2,',
    '{"a":',
    "[".repeat(2000),
    '{"a":'.repeat(500),
    "x".repeat(70_000),
    "\u202e\u2066",
    "version https://git-lfs.github.com/spec/v1\n",
  ),
  fc.string({unit: "binary", maxLength: 6}),
);
const edit = (text: string) => fc.tuple(fc.nat(text.length), fc.nat(10), nasty);
const mutated = (text: string) =>
  fc
    .array(edit(text), {minLength: 1, maxLength: 4})
    .map((edits) => edits.reduce((result, [at, length, insert]) => result.slice(0, at) + insert + result.slice(at + length), text));
const swapped = fc
  .tuple(
    fc.constantFrom(...Object.keys(JSON.parse(line)), "__proto__", "extra"),
    fc.oneof(fc.jsonValue({maxDepth: 3}), fc.constantFrom(-1, 1e300, 2 ** 60, "", "\ud800", "human")),
  )
  .map(([key, value]) => `${line.slice(0, -1)},${JSON.stringify(key)}:${JSON.stringify(value)}}`); // the key stands twice: the later counts

const sources: [name: string, text: fc.Arbitrary<string>, runs: number][] = [
  ["damaged run records", mutated(`${line}\n${line.replace("fuzzed", "second")}\n`), 800],
  ["run records with a value exchanged", swapped, 600],
  ["damaged METR rows", mutated(`${metr}\n${metr.replace(":1,", ":2,")}\n`), 500],
  ["damaged human CSV", mutated(humanCsvTemplate()), 600],
  ["any text", fc.string({unit: "binary"}), 300],
];

describe("whatever is in a file, the store stays whole and the error is in words", () => {
  it.each(sources)("%s", async (name, text, numRuns) => {
    const file = `${name}.txt`;
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.constantFrom("auto" as const, "auto" as const, ...FORMATS),
        fc.constantFrom(false, false, true),
        async (content, format, skipInvalid) => {
          await survives(write(file, content), {format, skipInvalid});
        },
      ),
      {numRuns, seed: 1},
    );
  });

  it("any bytes, and gzipped files with some changed or cut off", async () => {
    const zipped = gzipSync(`${line}\n`.repeat(20));
    const damaged = fc
      .tuple(fc.nat(zipped.length - 1), fc.nat(255), fc.nat(zipped.length))
      .map(([at, byte, end]) => Uint8Array.from(zipped, (old, i) => (i === at ? byte : old)).subarray(0, end));
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged, fc.uint8Array({maxLength: 200})), async (content) => {
        await survives(write("bytes.bin", content));
      }),
      {numRuns: 300, seed: 1},
    );
  });
});

describe("what people give by mistake is named", () => {
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  const cases: [what: string, content: string | Uint8Array, message: RegExp][] = [
    ["an empty file", "", /case\.jsonl is empty/],
    ["white space", " \n\n", /case\.jsonl is empty/],
    ["a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n", /Git LFS pointer[\s\S]*git lfs pull/],
    ["a zip file", new Uint8Array([0x50, 0x4b, 3, 4, 20, 0, 255]), /is a zip file[\s\S]*Excel/],
    ["a parquet file", "PAR1....", /is a parquet file/],
    ["UTF-16", new Uint8Array([0xff, 0xfe, 0x7b, 0]), /is UTF-16 text[\s\S]*iconv -f UTF-16/],
    ["Latin-1", new Uint8Array([...Buffer.from('{"schemaVersion":1,"id":"'), 0xe9]), /is not UTF-8 text[\s\S]*iconv/],
    ["a cut gzip", gzipSync(line.repeat(9)).subarray(0, 90), /gzip data are broken/],
    ["a JSON array", `[${line}]`, /is one JSON array[\s\S]*jq -c/],
    ["JSON over several lines", JSON.stringify(JSON.parse(line), null, 2), /JSON over several lines[\s\S]*jq -c/],
    ["other JSON", '{"a":1}\n', /neither a run record/],
    ["one word", "hello", /begins with "hello", which no known format does/],
    ["NaN", `${line.replace('"finalScore":1', '"finalScore":NaN')}\n`, /case\.jsonl:1: found .*no NaN: write null/],
    ["half of a character", `${line.replace('"P1"', '"\\ud800"')}\n`, /case\.jsonl:1: expected valid Unicode text/],
    [
      "nesting deeper than the stack",
      `${line}\n${line.replace('"H100"', deep)}\n`,
      /case\.jsonl:2: host\.gpu: found a list, expected a text/,
    ],
    ["nesting in place of a record", `${line}\n${deep}\n`, /case\.jsonl:2: found a list, expected an object/],
    [
      "a score that no double holds",
      `${line.replace('"finalScore":1', '"finalScore":1e999')}\n`,
      /finalScore: found Infinity, expected a finite number/,
    ],
    ["__proto__", `${line.replace('"id"', '"__proto__":{"x":1},"id"')}\n`, /__proto__: found an object, expected no field of this name/],
    ["a very long value", `${line.replace('"finished"', `"${"y".repeat(3_000_000)}"`)}\n`, /status: found "y{56}…, expected one of/],
  ];
  it.each(cases)("%s", async (_, content, message) => {
    const error = await survives(write("case.jsonl", content));
    expect(error?.message).toMatch(message);
  });

  it("a folder, a file that is not there", async () => {
    mkdirSync(path("folder"));
    expect((await survives(path("folder")))?.problem).toMatch(/cannot read .*folder: it is a folder/);
    expect((await survives(path("nothing.jsonl")))?.problem).toMatch(/cannot read .*nothing\.jsonl: there is no such file/);
  });

  it("and what can be read is read: byte-order mark, CRLF, no last line break, a key that stands twice", async () => {
    const readable = [`\uFEFF${line}`, `${line}\r\n\r\n${line}\r\n`, `\n${line}`, line.replace('"id"', '"id":"first","id"')];
    for (const content of readable) expect(await survives(write("fine.jsonl", content), {skipInvalid: false})).toBe(null);
  });
});
