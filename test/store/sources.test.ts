import {describe, expect, it} from "vitest";
import {RebenchError} from "../../src/errors.js";
import {importFiles} from "../../src/ingest/importFiles.js";
import {currentFlags} from "../../src/record/currentFlags.js";
import {addFlagEvents, flagHistories} from "../../src/store/flagEvents.js";
import {findSource, listSources, removeSource} from "../../src/store/sources.js";
import {exported, importOne, jsonLines, options, record, withStore, workshop} from "./workshop.js";

const {fresh, write} = workshop();

async function threeSources(): Promise<string> {
  const store = fresh("sources.duckdb");
  const files = [
    write("a.jsonl", jsonLines(record("a1", {flags: [{flag: "cheating"}]}), record("a2"))),
    write("b.jsonl", jsonLines(record("b1"))),
    write("b.jsonl.csv", "id,environment,score\nc1,optimize_kernel,0.9\n"),
  ];
  await importFiles(store, files, options);
  return store;
}
const sourcesOf = (store: string) => withStore(store, "read", ({connection}) => listSources(connection));

it("lists what was imported, in order, with what the source lacks", async () => {
  const sources = await sourcesOf(await threeSources());
  expect(sources).toMatchObject([
    {
      sourceId: 1,
      fileName: "a.jsonl",
      format: "records",
      attempts: 2,
      toolVersion: "test",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
    {sourceId: 2, fileName: "b.jsonl", format: "records", attempts: 1},
    {sourceId: 3, fileName: "b.jsonl.csv", format: "human-csv", attempts: 1, notes: expect.arrayContaining([expect.any(String)])},
  ]);
});

describe("findSource", () => {
  const find = async (wanted: string) => findSource(await sourcesOf(await threeSources()), wanted).sourceId;

  it("by number, name, and the beginning of the sha256", async () => {
    const [first] = await sourcesOf(await threeSources());
    expect(await find("2")).toBe(2);
    expect(await find("b.jsonl")).toBe(2);
    expect(await find(first!.sha256.slice(0, 6))).toBe(1);
    expect(await find(first!.sha256.toUpperCase())).toBe(1);
  });

  it("says what there is where none fits, or several do", async () => {
    const error = await find("nope").catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(RebenchError);
    expect(error).toMatchObject({code: "usage", problem: 'no source "nope" in this store', hint: /1 \(a\.jsonl\), 2 \(b\.jsonl\)/});
    const store = await threeSources();
    await importOne(store, write("b.jsonl", jsonLines(record("b2"))));
    const sources = await sourcesOf(store);
    expect(() => findSource(sources, "b.jsonl")).toThrow('2 sources are called "b.jsonl"');
    expect(() => findSource([], "1")).toThrow("the store has none");
  });
});

it("removeSource takes out attempts; importing them again brings them back, flags and all", async () => {
  const store = await threeSources();
  const before = await exported(store);
  const removed = await withStore(store, "write", ({connection}) => removeSource(connection, 1));
  expect(removed).toEqual({attempts: 2, flagEvents: 0, keptFlagEvents: 1});
  expect((await sourcesOf(store)).map(({sourceId}) => sourceId)).toEqual([2, 3]);
  const left = before.split("\n").filter((line) => !line.includes('"id":"a'));
  expect(await exported(store)).toBe(left.join("\n"));
  await importOne(store, write("a.jsonl", jsonLines(record("a1", {flags: [{flag: "cheating"}]}), record("a2"))));
  expect(await exported(store)).toBe(before);
});

it("removeSource keeps what people decided, and takes out what import derived", async () => {
  const store = fresh("decided.duckdb");
  const over = (id: string) => record(id, {participant: {kind: "human"}, workingSeconds: 3600}); // of half an hour: over-long
  const file = write("decided.jsonl", jsonLines(over("a"), over("b"), over("c")));
  await importOne(store, file);
  const event = {author: "ann", reason: "read it", time: "2026-01-31T12:00:00Z"};
  await withStore(store, "write", ({connection}) =>
    addFlagEvents(connection, [
      {attemptId: "a", event: {flag: "cheating", action: "add", ...event}},
      {attemptId: "b", event: {flag: "over-long", action: "remove", ...event}},
    ]),
  );
  const flagsOf = async (id: string) =>
    currentFlags(await withStore(store, "read", async ({connection}) => (await flagHistories(connection, [id])).get(id) ?? []));
  const removed = await withStore(store, "write", ({connection}) => removeSource(connection, 1));
  expect(removed).toEqual({attempts: 3, flagEvents: 2, keptFlagEvents: 2});
  expect(await flagsOf("a")).toEqual(["cheating"]);
  await importOne(store, file);
  expect(await Promise.all([await flagsOf("a"), await flagsOf("b"), await flagsOf("c")])).toEqual([
    ["cheating", "over-long"],
    [],
    ["over-long"],
  ]);
});

it("removeSource changes nothing where it fails in the middle", async () => {
  const store = await threeSources();
  const before = await exported(store);
  await withStore(store, "write", async ({connection}) => {
    const run = connection.run.bind(connection);
    connection.run = (sql: string, ...rest) =>
      sql.startsWith("delete from sources") ? Promise.reject(new Error("broken")) : run(sql, ...rest);
    await expect(removeSource(connection, 1)).rejects.toThrow("broken");
  });
  expect(await exported(store)).toBe(before);
});
