import {copyFileSync} from "node:fs";
import {DuckDBInstance} from "@duckdb/node-api";
import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {importFiles} from "../../src/ingest/importFiles.js";
import {agentSlots} from "../../src/store/agentSlots.js";
import {openStore} from "../../src/store/openStore.js";
import {removeSource} from "../../src/store/sources.js";
import {bytes, exported, failure, importOne, jsonLines, options, record, withStore, workshop} from "./workshop.js";

const {fresh, write} = workshop();

let made = 0;
const by = (...agents: string[]) =>
  agents.map((alias) => record(`id-${++made}`, {participant: {kind: "agent", scaffold: null, model: null, alias}}));
const person = () => record(`id-${++made}`, {participant: {kind: "human", person: "p", cohort: null}});
const file = (...attempts: unknown[]) => write(`runs-${++made}.jsonl`, jsonLines(...attempts));
const slots = (store: string) => withStore(store, "read", async ({connection}) => [...(await agentSlots(connection))]);

describe("slots of agents", () => {
  it("go by name within an import of several files, and then on from the last", async () => {
    const store = fresh("order.duckdb");
    await importFiles(store, [file(...by("m", "z"), person()), file(...by("b", "z", "é", "😀", "Z"))], options);
    const first = [
      ["Z", 0],
      ["b", 1],
      ["m", 2],
      ["z", 3],
      ["é", 4],
      ["😀", 5],
    ];
    expect(await slots(store)).toEqual(first);
    await importOne(store, file(...by("z", "a", "y"), person()));
    expect(await slots(store)).toEqual([...first, ["a", 6], ["y", 7]]);
  });

  it("stay when the same is imported again, and when attempts go and come back", async () => {
    const store = fresh("stay.duckdb");
    const files = [file(...by("c", "d")), file(...by("b"))];
    for (const each of files) await importOne(store, each);
    const before = await slots(store);
    expect(before).toEqual([
      ["c", 0],
      ["d", 1],
      ["b", 2],
    ]);
    for (const each of files) await importOne(store, each);
    expect(await slots(store)).toEqual(before);
    await withStore(store, "write", ({connection}) => removeSource(connection, 1));
    expect(await slots(store)).toEqual(before);
    await importOne(store, file(...by("a")));
    await importOne(store, files[0]!);
    expect(await slots(store)).toEqual([...before, ["a", 3]]);
  });

  it("are for agents alone: none where there are only people", async () => {
    const store = fresh("people.duckdb");
    await importOne(store, file(person()));
    expect(await slots(store)).toEqual([]);
    await importOne(store, file(...by("a"), person()));
    expect(await slots(store)).toEqual([["a", 0]]);
  });

  it("stay as they were when an import fails", async () => {
    const store = fresh("failed.duckdb");
    await importOne(store, file(...by("b")));
    const before = await slots(store);
    await failure(importOne(store, file(...by("a"), {id: "wrong"})));
    expect(await slots(store)).toEqual(before);
    await importOne(store, file(...by("c")));
    expect(await slots(store)).toEqual([...before, ["c", 1]]);
  });

  it("never change by what comes later, and are 0, 1, 2 … without gaps", async () => {
    const imports = fc.array(fc.array(fc.constantFrom(..."abcdefghij"), {minLength: 1, maxLength: 4}), {minLength: 1, maxLength: 4});
    await fc.assert(
      fc.asyncProperty(imports, async (groups) => {
        const store = fresh("grow.duckdb");
        let before: [string, number][] = [];
        for (const group of groups) {
          await importOne(store, file(...by(...group)));
          const after = await slots(store);
          expect(after.slice(0, before.length)).toEqual(before);
          expect(after.map(([, slot]) => slot)).toEqual(after.map((_, i) => i));
          const added = [...new Set(group)].filter((agent) => !before.some(([name]) => name === agent)).sort();
          expect(after.slice(before.length).map(([agent]) => agent)).toEqual(added);
          before = after;
        }
      }),
      {numRuns: 8},
    );
  });

  it("are no part of the records: the store that an export fills may have others, and exports the same bytes", async () => {
    const stores = [fresh("one.duckdb"), fresh("two.duckdb")] as const;
    for (const agents of [["b"], ["a"]]) await importOne(stores[0], file(...by(...agents)));
    const text = await exported(stores[0]);
    await importOne(stores[1], write("exported-slots.jsonl", text));
    expect(await exported(stores[1])).toBe(text);
    expect([await slots(stores[0]), await slots(stores[1])].map((each) => each.map(([agent]) => agent))).toEqual([
      ["b", "a"],
      ["a", "b"],
    ]);
  });
});

/** The tables as version 1 had them: a copy on purpose, for stores of that version do not change when `store/schema.ts` does. */
const TABLES_1 = `
create table meta (store_version integer not null, created_by varchar not null);
create table sources (
  source_id integer not null, file_name varchar not null, sha256 varchar not null, format varchar not null,
  tool_version varchar not null, notes varchar[] not null
);
create table environments (name varchar not null, version varchar not null, definition varchar not null);
create table attempts (
  attempt_id varchar not null, source_id integer not null, agent varchar not null, kind varchar not null,
  model varchar, scaffold varchar, person varchar, cohort varchar,
  environment varchar not null, environment_version varchar, tier varchar,
  time_limit_seconds double, working_seconds double, status varchar not null,
  score_scale varchar not null, starting_score double, reference_score double,
  final_score double, final_score_rule varchar not null,
  log_seconds double[], log_scores double[], pause_at double[], pause_seconds double[],
  synthetic boolean not null, provenance varchar, record varchar not null using compression zstd
);
create table flags (
  attempt_id varchar not null, position integer not null, flag varchar not null, action varchar not null,
  author varchar, reason varchar, time varchar
);
insert into meta values (1, '0.1.0');
`;

/** A store as version 1 left it, with what `source` holds. */
async function storeOfVersion1(source: string): Promise<string> {
  const old = fresh("old.duckdb");
  const instance = await DuckDBInstance.create(old, {storage_compatibility_version: "latest"});
  const connection = await instance.connect();
  await connection.run(TABLES_1);
  await connection.run(`attach '${source}' as source (read_only)`);
  for (const table of ["sources", "environments", "attempts", "flags"]) {
    await connection.run(`insert into ${table} select * from source.${table}`);
  }
  await connection.run("detach source");
  connection.closeSync();
  instance.closeSync();
  return old;
}

describe("a store of version 1", () => {
  const BY_NAME = [
    ["a", 0],
    ["b", 1],
    ["c", 2],
  ];
  const versionOf = (store: string) =>
    withStore(store, "read", async ({connection}) =>
      (await connection.runAndReadAll("select store_version, created_by from meta")).getRows(),
    );

  async function old() {
    const store = fresh("new.duckdb");
    await importOne(store, file(...by("c", "a"), person()));
    await importOne(store, file(...by("b")));
    return {old: await storeOfVersion1(store), text: await exported(store)};
  }

  it("is read as it is: slots by name, not a byte changed", async () => {
    const {old: store, text} = await old();
    const before = bytes(store);
    expect(await slots(store)).toEqual(BY_NAME);
    expect(await exported(store)).toBe(text);
    expect(await versionOf(store)).toEqual([[1, "0.1.0"]]);
    expect(bytes(store)).toBe(before);
  });

  it("becomes one of version 2 when opened for writing: the same slots, then the next", async () => {
    const {old: store, text} = await old();
    await withStore(store, "write", async () => {});
    expect(await versionOf(store)).toEqual([[2, "0.1.0"]]);
    expect(await slots(store)).toEqual(BY_NAME);
    expect(await exported(store)).toBe(text);
    await importOne(store, file(...by("aa", "b")));
    expect(await slots(store)).toEqual([...BY_NAME, ["aa", 3]]);
    await withStore(store, "write", async () => {}); // nothing to do any more
    expect(await versionOf(store)).toEqual([[2, "0.1.0"]]);
  });

  it("takes an import right away", async () => {
    const {old: store} = await old();
    await importOne(store, file(...by("0")));
    expect(await slots(store)).toEqual([...BY_NAME, ["0", 3]]);
  });

  it("stays one of version 1 where the upgrade fails", async () => {
    const {old: store, text} = await old();
    const broken = fresh("broken.duckdb");
    copyFileSync(store, broken);
    const instance = await DuckDBInstance.create(broken);
    const connection = await instance.connect();
    await connection.run("create table agent_slots (other integer)"); // nobody's; the name is taken
    connection.closeSync();
    instance.closeSync();
    await expect(openStore(broken, {mode: "write", toolVersion: "test"})).rejects.toThrow("agent_slots");
    expect(await versionOf(broken)).toEqual([[1, "0.1.0"]]);
    expect(await exported(broken)).toBe(text);
  });
});
