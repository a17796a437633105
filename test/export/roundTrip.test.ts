import {existsSync, readFileSync} from "node:fs";
import {gunzipSync} from "node:zlib";
import fc from "fast-check";
import {expect, it} from "vitest";
import {sampleFile} from "../../src/assets.js";
import {exportRecords} from "../../src/export/exportRecords.js";
import {importInto} from "../../src/ingest/importFiles.js";
import {type Attempt, attemptSchema} from "../../src/record/attempt.js";
import {addFlagEvents} from "../../src/store/flagEvents.js";
import {openStore} from "../../src/store/openStore.js";
import {because} from "../because.js";
import {exported, importOne, jsonLines, metrFile, options, withStore, workshop} from "../store/workshop.js";

const {fresh, write} = workshop();

/** import → export → import into an empty store → export: the same bytes. Returns them. */
async function roundTrip(file: string): Promise<string> {
  const stores = [fresh("first.duckdb"), fresh("second.duckdb")] as const;
  await importOne(stores[0], file);
  const first = await exported(stores[0]);
  await importOne(stores[1], write("exported.jsonl", first));
  const second = await exported(stores[1]);
  expect(second === first).toBe(true); // not toBe: a difference of megabytes is no message
  return first;
}

it.skipIf(!existsSync(metrFile))(`METR's file${because(existsSync(metrFile) ? null : `no ${metrFile}`)}`, async () => {
  const lines = (await roundTrip(metrFile)).trimEnd().split("\n");
  expect(lines).toHaveLength(1808);
  expect(JSON.parse(lines[0]!).provenance).toEqual({
    sourceFile: "rebench_runs.jsonl",
    sourceSha256: "50b3c45be5f6109a85b9ee640ec648d0bc1c321e7376a3ff6f8a147188d7fdbe", // ../shared/data/README.md
    format: "metr",
    toolVersion: "test",
  });
});

it("the bundled sample", async () => {
  const lines = (await roundTrip(sampleFile)).trimEnd().split("\n");
  const sources = gunzipSync(readFileSync(sampleFile)).toString().trimEnd().split("\n");
  expect(lines).toHaveLength(sources.length);
});

it("with decisions that people took in the store, in their order", async () => {
  const store = fresh("decided.duckdb");
  await importOne(store, write("plain.jsonl", jsonLines(...[1, 2, 3].map((i) => ({...plain, id: `a${i}`})))));
  const event = {author: "ann", reason: "ü\n\"'", time: "2026-01-31T12:00:00.123Z"};
  await withStore(store, "write", ({connection}) =>
    addFlagEvents(connection, [
      {attemptId: "a2", event: {flag: "cheating", action: "add", ...event}},
      {attemptId: "a1", event: {flag: "odd", action: "add", ...event}},
      {attemptId: "a2", event: {flag: "cheating", action: "remove", ...event}},
      {attemptId: "a2", event: {flag: "cheating", action: "add", ...event}},
    ]),
  );
  const text = await roundTrip(write("decided.jsonl", await exported(store)));
  expect(text).toBe(await exported(store));
  expect(text.match(/"flag":"cheating"/g)).toHaveLength(3);
});

const plain = {
  schemaVersion: 1,
  id: "a",
  participant: {kind: "agent"},
  environment: "optimize_kernel",
  status: "finished",
  finalScoreRule: "reported",
} as const;

// --- every record that can be written ---

const text = fc.oneof(
  fc.string({unit: "grapheme", minLength: 1, maxLength: 12}),
  fc.constantFrom(
    "a b",
    "it's",
    'say "x"',
    "line 1\nline 2",
    "a\\b",
    "tab\t",
    "\u0000",
    "\u2028",
    "\u{1F600}",
    "$id",
    "%s",
    "null",
    "NaN",
    " ",
  ),
);
/** Any double that may be a score, the extremes often. */
const score = fc.oneof(
  {weight: 4, arbitrary: fc.double({min: -1e9, max: 1e9, noNaN: true}).map((value) => value + 0 || 0)},
  {weight: 1, arbitrary: fc.constantFrom(5e-324, -5e-324, 1e9, -1e9, 0.1 + 0.2, 1e-7, 2 ** 29 + 2 ** -23)},
);
const seconds = fc.oneof(fc.double({min: 0, max: 1e300, noNaN: true}), fc.nat(200_000)).map((value) => value || 0);
const count = fc.nat({max: Number.MAX_SAFE_INTEGER});
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, {nil: null, freq: 3});
const time = fc
  .date({min: new Date("1900-01-01T00:00:00Z"), max: new Date("2100-01-01T00:00:00Z"), noInvalidDate: true})
  .map((date) => date.toISOString());
const scalars = fc.dictionary(
  text.filter((key) => key !== "__proto__"),
  fc.oneof(text, score, fc.boolean(), fc.constant(null)),
  {maxKeys: 4, noNullPrototype: true},
);
const flagEvent = fc.record({
  flag: fc.constantFrom("cheating", "over-long", "short", "above-ceiling", "rescaled", "a1-b"),
  action: fc.constantFrom("add", "remove"),
  author: orNull(fc.oneof(text, fc.constant("rebench import"))),
  reason: orNull(text),
  time: orNull(time),
});
const participant = fc.oneof(
  fc.record({kind: fc.constant("agent"), model: orNull(text), scaffold: orNull(text), alias: orNull(text)}),
  fc.record({kind: fc.constant("human"), person: orNull(text), cohort: orNull(text), yearsExperience: orNull(seconds)}),
);
const scoreLog = fc
  .array(fc.record({workingSeconds: seconds, score: orNull(score), message: orNull(fc.oneof(text, fc.constant("")))}), {maxLength: 5})
  .map((log) => log.sort((a, b) => a.workingSeconds - b.workingSeconds));
const attempt: fc.Arbitrary<unknown> = fc
  .record(
    {
      schemaVersion: fc.constant(1),
      id: text,
      participant,
      environment: fc.constantFrom(...options.catalogue.environments.flatMap(({name, aliases}) => [name, ...aliases])),
      environmentVersion: orNull(text),
      tier: orNull(fc.constantFrom("full", "small")),
      timeLimitSeconds: orNull(seconds.filter((value) => value > 0)),
      timeLimitAssumed: fc.boolean(),
      workingSeconds: orNull(seconds),
      startedAt: orNull(time),
      endedAt: orNull(time),
      pauses: orNull(fc.array(fc.record({atWorkingSeconds: seconds, seconds, reason: text}), {maxLength: 3})),
      status: fc.constantFrom("finished", "error"),
      endReason: orNull(text),
      scoreScale: fc.constantFrom("raw", "normalized"),
      constants: orNull(fc.tuple(score, score).filter(([a, b]) => a !== b)),
      finalScore: orNull(score),
      finalScoreRule: fc.constantFrom("remeasured", "reported"),
      scoreLog: orNull(scoreLog),
      scoreMatchedExpectation: orNull(fc.boolean()),
      tokenUsage: orNull(
        fc.array(
          fc.record({
            model: text,
            input: orNull(count),
            output: orNull(count),
            cacheRead: orNull(count),
            cacheWrite: orNull(count),
            reasoning: orNull(count),
          }),
          {maxLength: 3},
        ),
      ),
      generatingSeconds: orNull(seconds),
      actualCostUsd: orNull(seconds),
      nominalCostUsd: orNull(seconds),
      host: orNull(scalars),
      seed: orNull(fc.maxSafeInteger().map((value) => value || 0)),
      transcript: orNull(fc.constantFrom("https://example.org/a?b=c", "log/transcript.txt", "with%20space.txt")),
      sourceFields: orNull(scalars),
      flags: fc.array(flagEvent, {maxLength: 4}),
      provenance: orNull(
        fc.record({
          sourceFile: text,
          sourceSha256: fc.string({unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64}),
          format: text,
          toolVersion: text,
        }),
      ),
    },
    {requiredKeys: ["schemaVersion", "id", "participant", "environment", "status", "finalScoreRule"]},
  )
  .map(({constants, ...rest}) => ({...rest, ...(constants && {startingScore: constants[0], referenceScore: constants[1]})}));

it("any valid attempts: nothing is lost, and the second export is the first", async () => {
  const batches = fc.uniqueArray(attempt, {minLength: 1, maxLength: 12, selector: (each) => (each as Attempt).id});
  await fc.assert(
    fc.asyncProperty(batches, async (attempts) => {
      const [first, expected] = [await throughMemory(jsonLines(...attempts)), attempts.map((each) => attemptSchema.parse(each))];
      expect(await throughMemory(first)).toBe(first);
      const byId = new Map(
        first
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line) as Attempt)
          .map((each) => [each.id, each]),
      );
      expect(byId.size).toBe(expected.length);
      for (const each of expected) {
        const found = byId.get(each.id)!;
        const environment = options.catalogue.find(each.environment)!.name;
        const limit =
          each.participant.kind === "human" && each.timeLimitSeconds === null ? {timeLimitSeconds: 8 * 3600, timeLimitAssumed: true} : {};
        expect(found).toEqual({...each, ...limit, environment, flags: found.flags, provenance: each.provenance ?? found.provenance});
        expect(found.flags.slice(0, each.flags.length)).toEqual(each.flags);
        expect(found.flags.slice(each.flags.length).every(({author}) => author === "rebench import")).toBe(true);
      }
    }),
    {numRuns: 60, seed: 1},
  );
});

/** What a store exports after importing `content`. */
async function throughMemory(content: string): Promise<string> {
  const store = await openStore(":memory:", {mode: "write", toolVersion: "test"});
  try {
    await importInto(store, [write("any.jsonl", content)], {...options, format: "records"});
    let result = "";
    for await (const line of exportRecords(store.connection, {agents: null, environments: null})) result += `${line}\n`;
    return result;
  } finally {
    store.close();
  }
}

it("the columns that queries use say what the records say, to the last bit", async () => {
  const values = fc.sample(score, {numRuns: 2000, seed: 2});
  const store = fresh("columns.duckdb");
  await importOne(
    store,
    write(
      "columns.jsonl",
      jsonLines(
        ...values.map((value, i) => ({
          ...plain,
          id: `${i}`,
          finalScore: value,
          scoreLog: [{workingSeconds: Math.abs(value), score: value}],
        })),
      ),
    ),
  );
  const reader = await withStore(store, "read", ({connection}) =>
    connection.runAndReadAll("select final_score, log_scores[1], log_seconds[1] from attempts order by attempt_id::integer"),
  );
  expect(reader.getRows()).toEqual(values.map((value) => [value, value, Math.abs(value)]));
});
