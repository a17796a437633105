import fc from "fast-check";
import {expect, it} from "vitest";
import {readCatalogue} from "../../src/environment/catalogue.js";
import {RebenchError} from "../../src/errors.js";
import {humanCsvTemplate, readHumanCsv} from "../../src/import/humanCsv.js";
import {readMetr} from "../../src/import/metr.js";
import type {FileContent, ImportContext} from "../../src/import/row.js";
import {attemptSchema} from "../../src/record/attempt.js";

const context: ImportContext = {catalogue: readCatalogue(), fileName: "fuzz", humanTimeLimitSeconds: 28_800, columnMap: {}};
const lineCount = (text: string) => text.split(/\r\n|\r|\n/).length;

/** Whatever the text, a reader gives valid attempts (a CSV file: with distinct ids), problems with a line of the file, or a RebenchError. */
function checkReader(reader: (text: string, context: ImportContext) => FileContent, text: string): void {
  let content: FileContent;
  try {
    content = reader(text, context);
  } catch (error) {
    expect(error).toBeInstanceOf(RebenchError);
    return;
  }
  const ids = content.rows.flatMap((row) => ("attempt" in row ? [row.attempt.id] : []));
  if (reader === readHumanCsv) expect(new Set(ids).size).toBe(ids.length);
  const lines = content.rows.map(({line}) => line);
  expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b));
  for (const row of content.rows) {
    if ("attempt" in row) expect(attemptSchema.parse(row.attempt)).toEqual(row.attempt);
    else expect(row.problems.length).toBeGreaterThan(0);
    for (const {line} of [row, ...("problems" in row ? row.problems : [])]) {
      if (!(Number.isInteger(line) && line >= 1 && line <= lineCount(text))) expect.fail(`line ${line} of ${lineCount(text)}`);
    }
  }
}

const cell = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom("optimize_kernel", "scaling_law", "ai_rd_fix_embedding", "P1", "P2", "0.5", "1", "2:00", "8h", ""),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "0,53",
      "1,234",
      '"1,234.5"',
      "NaN",
      "Infinity",
      "1e999",
      "8:61",
      "-1",
      "-0",
      '"a\nb"',
      '"',
      '"x"y',
      "__proto__",
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "2026-01-31T09:00Z",
      "2026-01-31 09:00",
      "9999-12-31T23:59-14:00",
      "0000-01-01T00:00+14:00",
      "yes",
      "error",
      "../x",
    ),
  },
  {weight: 1, arbitrary: fc.string({unit: "binary", maxLength: 8})},
);
const names = [
  "environment",
  "score",
  "natural_score",
  "normalized_score",
  "id",
  "person",
  "log_time",
  "log_time_minutes",
  "working_time_hours",
];
const header = fc.shuffledSubarray([
  ...names,
  "time_limit",
  "started_at",
  "status",
  "years_experience",
  "starting_score",
  "transcript",
  "message",
  "x",
  "",
]);
const csv = fc
  .record({
    bom: fc.constantFrom("", "\uFEFF", "sep=;\n"),
    header,
    rows: fc.array(fc.array(cell, {maxLength: 8}), {maxLength: 8}),
    separator: fc.constantFrom(",", ";", "\t"),
    newline: fc.constantFrom("\n", "\r\n", "\r"),
    pad: fc.boolean(),
  })
  .map(({bom, header, rows, separator, newline, pad}) => {
    const fitted = pad ? rows.map((row) => header.map((_, i) => row[i % (row.length || 1)] ?? "")) : rows;
    return (
      bom +
      [["environment", "score", ...header].filter((name, i, all) => all.indexOf(name) === i), ...fitted]
        .map((row) => row.join(separator))
        .join(newline)
    );
  });

/** `text` with a few places cut out, doubled or overwritten. */
const mutated = (text: string) =>
  fc
    .array(
      fc.tuple(
        fc.nat(text.length),
        fc.nat(12),
        fc.oneof(fc.constantFrom('"', ",", "\n", "\r", ";", "\t", "\0", "{", "}"), fc.string({maxLength: 4})),
      ),
      {
        minLength: 1,
        maxLength: 6,
      },
    )
    .map((edits) => edits.reduce((result, [at, length, insert]) => result.slice(0, at) + insert + result.slice(at + length), text));

const metrLine = {
  run_id: 1,
  task_family: "ai_rd_fix_embedding",
  alias: "human",
  model: "human",
  score: 1,
  time_limit: 0,
  started_at: 0,
  completed_at: 9e6,
};
const keys = [...Object.keys(metrLine), "score_cont", "fatal_error_from", "__proto__", "constructor", "task_id"];
const odd = fc.oneof(
  fc.constantFrom(0, -1, 1e300, 1e15, null, "", "x", "human", "usageLimits", "ai_rd_new", "swaa", true),
  fc.jsonValue({maxDepth: 1}),
);
const metrJson = fc
  .array(fc.dictionary(fc.constantFrom(...keys), odd, {maxKeys: 4, noNullPrototype: true}), {minLength: 1, maxLength: 5})
  .map((changes) => changes.map((change) => JSON.stringify({...metrLine, ...change})).join("\n"));

const options = {numRuns: 1500, seed: 1};

it("readHumanCsv survives made-up files", () => {
  fc.assert(
    fc.property(csv, (text) => checkReader(readHumanCsv, text)),
    options,
  );
});

it("readHumanCsv survives a damaged file", () => {
  fc.assert(
    fc.property(mutated(humanCsvTemplate()), (text) => checkReader(readHumanCsv, text)),
    options,
  );
  fc.assert(
    fc.property(fc.string({unit: "binary"}), (text) => checkReader(readHumanCsv, text)),
    options,
  );
});

it("readMetr survives made-up and damaged files", () => {
  fc.assert(
    fc.property(metrJson, (text) => checkReader(readMetr, text)),
    options,
  );
  fc.assert(
    fc.property(mutated(`${JSON.stringify(metrLine)}\n${JSON.stringify(metrLine)}\n`), (text) => checkReader(readMetr, text)),
    options,
  );
});
