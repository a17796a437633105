import {existsSync} from "node:fs";
import {describe, expect, it} from "vitest";
import type {FlagEvent} from "../../src/record/attempt.js";
import {currentFlags} from "../../src/record/currentFlags.js";
import {addFlagEvents, flagHistories} from "../../src/store/flagEvents.js";
import {because} from "../because.js";
import {importOne, jsonLines, metrFile, record, withStore, workshop} from "./workshop.js";

const {fresh, write} = workshop();
const event = (flag: string, changes: Partial<FlagEvent> = {}): FlagEvent => ({
  flag,
  action: "add",
  author: "ann",
  reason: "read it",
  time: "2026-01-31T12:00:00Z",
  ...changes,
});
const historyOf = (store: string, id: string) =>
  withStore(store, "read", async ({connection}) => (await flagHistories(connection, [id])).get(id) ?? []);
const add = (store: string, ...events: FlagEvent[]) =>
  withStore(store, "write", ({connection}) =>
    addFlagEvents(
      connection,
      events.map((each) => ({attemptId: "a", event: each})),
    ),
  );

describe("history", () => {
  it("keeps every decision in its order, over several sessions", async () => {
    const store = fresh("history.duckdb");
    await importOne(store, write("a.jsonl", jsonLines(record("a", {flags: [event("odd")]}), record("b"))));
    await add(store, event("cheating"), event("odd", {action: "remove"}));
    await add(store, event("cheating", {action: "remove", reason: "line 1\nline 2 \u{1F600} \u0000 '\""}), event("cheating"));
    const history = await historyOf(store, "a");
    expect(history.map(({flag, action}) => `${action} ${flag}`)).toEqual([
      "add odd",
      "add cheating",
      "remove odd",
      "remove cheating",
      "add cheating",
    ]);
    expect(history[3]!.reason).toBe("line 1\nline 2 \u{1F600} \u0000 '\"");
    expect(currentFlags(history)).toEqual(["cheating"]);
    expect(await historyOf(store, "b")).toEqual([]);
  });

  it("of the same attempt in another file is joined, nothing twice", async () => {
    const store = fresh("joined.duckdb");
    await importOne(store, write("a.jsonl", jsonLines(record("a", {flags: [event("odd")]}))));
    const file = write("more.jsonl", jsonLines(record("a", {flags: [event("odd"), event("cheating")]})));
    expect(await importOne(store, file)).toMatchObject({added: 0, unchanged: 1, newFlagEvents: 1});
    expect(await importOne(store, file)).toMatchObject({newFlagEvents: 0});
    expect(currentFlags(await historyOf(store, "a"))).toEqual(["cheating", "odd"]);
  });

  it("keeps a decision that was taken, taken back and taken again in the same words", async () => {
    const store = fresh("again.duckdb");
    const flags = [event("odd"), event("odd", {action: "remove"}), event("odd")];
    const file = write("again.jsonl", jsonLines(record("a", {flags})));
    await importOne(store, file);
    expect(await historyOf(store, "a")).toEqual(flags);
    expect(await importOne(store, file)).toMatchObject({newFlagEvents: 0});
  });
});

const person = (workingSeconds: number, changes = {}) =>
  record("a", {participant: {kind: "human", person: "P1"}, timeLimitSeconds: 1000, workingSeconds, finalScore: null, ...changes});
const flagsAfterImport = async (value: unknown) => {
  const store = fresh("derived.duckdb");
  await importOne(store, write("derived.jsonl", jsonLines(value)));
  return currentFlags(await historyOf(store, "a"));
};

describe("what looks odd is flagged", () => {
  it.each([
    [1501, ["over-long"]],
    [1500, []],
    [500, []],
    [499, ["short"]],
  ])("a person who worked %d s of 1000 s: %j", async (workingSeconds, flags) => {
    expect(await flagsAfterImport(person(workingSeconds))).toEqual(flags);
  });

  it("not so an agent, nor where a time is not known", async () => {
    expect(await flagsAfterImport(record("a", {timeLimitSeconds: 1000, workingSeconds: 9000}))).toEqual([]);
    expect(await flagsAfterImport(person(9000, {timeLimitSeconds: null}))).toEqual(["short"]); // of the 8 hours that are assumed
    expect(await flagsAfterImport(person(9000, {workingSeconds: null}))).toEqual([]);
  });

  it.each([
    // Table 8 of the paper: QA up to 1.48 with reference 0.85, so a raw score of 0.54 + 1.48 × 0.31 = 0.9988
    ["gpt2_qa_rl", {finalScore: 0.9989}, ["above-ceiling"]],
    ["gpt2_qa_rl", {finalScore: 0.9987}, []],
    // stored normalized with METR's 0.8149: (0.9988 − 0.54) / (0.8149 − 0.54) = 1.66897, far above 1.48
    ["gpt2_qa_rl", {finalScore: 1.6688, scoreScale: "normalized", startingScore: 0.54, referenceScore: 0.8149}, []],
    ["gpt2_qa_rl", {finalScore: 1.6691, scoreScale: "normalized", startingScore: 0.54, referenceScore: 0.8149}, ["above-ceiling"]],
    // normalized with unknown constants: nothing can be said
    ["gpt2_qa_rl", {finalScore: 9, scoreScale: "normalized"}, []],
    ["gpt2_qa_rl", {finalScore: 9, tier: "small"}, []],
    // lower is better: 1.56 − 2.53 × 1.09 = −1.1977
    ["optimize_kernel", {finalScore: -1.199}, ["above-ceiling"]],
    ["optimize_kernel", {finalScore: -1.197}, []],
    // what the runner says of how it was made
    ["optimize_kernel", {sourceFields: {"mechanism.isolation": "none"}}, ["not-isolated"]],
    ["optimize_kernel", {sourceFields: {"mechanism.isolation": "other-user"}}, []],
  ] as const)("%s %j: %j", async (environment, changes, flags) => {
    expect(await flagsAfterImport(record("a", {environment, ...changes}))).toEqual(flags);
  });

  it("but not against a decision that the record brings along", async () => {
    expect(await flagsAfterImport(person(9000, {flags: [event("over-long", {action: "remove"})]}))).toEqual([]);
  });

  it("and a person's decision in the store stands when the file is imported again", async () => {
    const store = fresh("stands.duckdb");
    const file = write("stands.jsonl", jsonLines(person(9000)));
    await importOne(store, file);
    await add(store, event("over-long", {action: "remove"}));
    expect(await importOne(store, file)).toMatchObject({newFlagEvents: 0});
    expect(currentFlags(await historyOf(store, "a"))).toEqual([]);
  });
});

describe("after --replace", () => {
  it("flags that no longer hold are taken back, new ones set, and again the other way", async () => {
    const store = fresh("replaced.duckdb");
    const states: [unknown, string[]][] = [
      [person(9000), ["over-long"]],
      [person(100), ["short"]],
      [person(1000), []],
      [person(9000), ["over-long"]],
      [person(9100), ["over-long"]],
      [person(9000), ["over-long"]],
    ];
    for (const [value, flags] of states) {
      await importOne(store, write("state.jsonl", jsonLines(value)), {replace: true});
      expect(currentFlags(await historyOf(store, "a"))).toEqual(flags);
    }
    const history = await historyOf(store, "a");
    expect(history.every(({author, time}) => author === "rebench import" && time === null)).toBe(true);
    expect(history.slice(0, 4).map(({flag, action, reason}) => [flag, action, reason])).toEqual([
      ["over-long", "add", "worked 2.5 h of a limit of 0.28 h"],
      ["short", "add", "worked 0.03 h of a limit of 0.28 h"],
      ["over-long", "remove", "no longer holds: the attempt was replaced by one with other content"],
      ["short", "remove", "no longer holds: the attempt was replaced by one with other content"],
    ]);
  });

  it("what people decided stays", async () => {
    const store = fresh("people.duckdb");
    await importOne(store, write("people.jsonl", jsonLines(person(9000))));
    await add(store, event("cheating"), event("over-long", {reason: "asked them"}));
    await importOne(store, write("people.jsonl", jsonLines(person(1000))), {replace: true});
    expect(currentFlags(await historyOf(store, "a"))).toEqual(["cheating", "over-long"]);
    await add(store, event("over-long", {action: "remove"}));
    await importOne(store, write("people.jsonl", jsonLines(person(9000))), {replace: true});
    expect(currentFlags(await historyOf(store, "a"))).toEqual(["cheating"]);
  });
});

it.skipIf(!existsSync(metrFile))(`METR's file${because(existsSync(metrFile) ? null : `no ${metrFile}`)}`, async () => {
  // ../shared/data/README.md: people's 136.5, 87, 47.8, 24.0 and 21.95 h are over 12 h, 3.98 h (four attempts) under 4 h;
  // the same counts from ten lines of Python over the file: QA re-expressed as score × 0.2749 / 0.31, against the upper ends of Table 8
  const store = fresh("metr.duckdb");
  await importOne(store, metrFile);
  const reader = await withStore(store, "read", ({connection}) =>
    connection.runAndReadAll("select kind, flag, count(*)::integer from flags join attempts using (attempt_id) group by all order by all"),
  );
  expect(reader.getRows()).toEqual([
    ["agent", "above-ceiling", 1],
    ["human", "above-ceiling", 3],
    ["human", "over-long", 5],
    ["human", "short", 4],
  ]);
});
