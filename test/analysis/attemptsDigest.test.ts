import {createHash} from "node:crypto";
import {readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {attemptsDigest} from "../../src/analysis/attemptsDigest.js";
import type {Source} from "../../src/analysis/context.js";
import {select} from "../../src/analysis/select.js";
import {type AnalysisOptions, DEFAULT_OPTIONS} from "../../src/analysis/settings.js";
import {sampleFile} from "../../src/assets.js";
import {exportRecords} from "../../src/export/exportRecords.js";
import type {AttemptInput} from "../../src/record/attempt.js";
import {addFlagEvents} from "../../src/store/flagEvents.js";
import {attempt, sourceOf, sourceOfFiles} from "./stores.js";

// made by test/fixtures/figures/make_digest.py
const expected = JSON.parse(readFileSync(join(import.meta.dirname, "..", "fixtures", "figures", "digest.json"), "utf8")) as Record<
  "selected" | "all",
  {sha256: string; attempts: number}
>;

const digestOf = async (source: Source, changes: Partial<AnalysisOptions> = {}) =>
  attemptsDigest(source, await select(source.connection, source.catalogue, {...DEFAULT_OPTIONS, ...changes}));
const digestOfRecords = async (records: readonly AttemptInput[]) => digestOf(await sourceOf(records));

/** A store made of these lines. */
async function sourceOfLines(lines: readonly string[]): Promise<Source> {
  const file = join(tmpdir(), `rebench-digest-${process.pid}.jsonl`);
  writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
  try {
    return await sourceOfFiles([file]);
  } finally {
    rmSync(file);
  }
}

describe("the sample data", () => {
  it("has the digest of an independent script, with and without the attempts lost to infrastructure", async () => {
    const source = await sourceOfFiles([sampleFile]);
    expect(await digestOf(source)).toEqual(expected.selected);
    expect(await digestOf(source, {errors: "zero"})).toEqual(expected.all);
  });

  it("has the same one after export and import elsewhere, in another order", async () => {
    const source = await sourceOfFiles([sampleFile]);
    const lines: string[] = [];
    for await (const line of exportRecords(source.connection, {agents: null, environments: null})) lines.push(line);
    expect(await digestOf(await sourceOfLines(lines.reverse()))).toEqual(expected.selected);
  });
});

const host = {b: 1, a: "x"};
const records = [attempt({id: "b", host}), attempt({id: "a", finalScore: null, scoreLog: [{workingSeconds: 5}]}), attempt({id: "c"})];

describe("by hand", () => {
  it("is SHA-256 of a line each, by id, with the names of current flags and without provenance", async () => {
    const source = await sourceOf([
      attempt({id: "é"}),
      attempt({id: "z", flags: [{flag: "odd"}, {flag: "bad"}, {flag: "odd", action: "remove"}]}),
    ]);
    const rest = `"participant":{"kind":"agent","model":null,"scaffold":null,"alias":"A"},"environment":"fix_embedding","environmentVersion":null,"tier":null,"timeLimitSeconds":1800,"timeLimitAssumed":false,"workingSeconds":null,"startedAt":null,"endedAt":null,"pauses":null,"status":"finished","endReason":null,"scoreScale":"normalized","startingScore":null,"referenceScore":null,"finalScore":0.5,"finalScoreRule":"reported","scoreLog":null,"scoreMatchedExpectation":null,"tokenUsage":null,"generatingSeconds":null,"actualCostUsd":null,"nominalCostUsd":null,"host":null,"seed":null,"transcript":null,"sourceFields":null`;
    const text = `{"schemaVersion":1,"id":"z",${rest},"flags":["bad"]}\n{"schemaVersion":1,"id":"é",${rest},"flags":[]}\n`;
    expect(await digestOf(source)).toEqual({sha256: createHash("sha256").update(text, "utf8").digest("hex"), attempts: 2});
  });

  it("does not depend on how the source wrote its records: order of fields, fields left out, numbers", async () => {
    const wanted = await digestOfRecords(records);
    const backwards = (value: object) => Object.fromEntries(Object.entries(value).reverse());
    const other = records.map((each) => backwards({...each, host: each.host && backwards(each.host), seed: null, tokenUsage: null}));
    expect(await digestOfRecords(other.reverse() as AttemptInput[])).toEqual(wanted);
    const lines = records.map((each) => JSON.stringify(each).replace('"finalScore":0.5', '"finalScore": 5.0e-1'));
    expect(lines.join("")).toContain("5.0e-1");
    expect(await digestOf(await sourceOfLines(lines))).toEqual(wanted);
  });

  it("depends on what an attempt is, and on which attempts there are", async () => {
    const digests = [
      await digestOfRecords(records),
      await digestOfRecords(records.slice(1)),
      await digestOfRecords([{...records[0]!, finalScore: 0.6}, ...records.slice(1)]),
      await digestOfRecords([{...records[0]!, host: {...host, a: "y"}}, ...records.slice(1)]),
      await digestOfRecords([{...records[0]!, flags: [{flag: "odd"}]}, ...records.slice(1)]),
    ];
    expect(new Set(digests.map(({sha256}) => sha256)).size).toBe(digests.length);
  });

  it("does not depend on who flagged, when, why, or how often", async () => {
    const source = await sourceOf(records);
    const event = (action: "add" | "remove", author: string | null, time: string | null) => {
      return {attemptId: "b", event: {flag: "odd", action, author, reason: author, time}};
    };
    await addFlagEvents(source.connection, [
      event("add", "me", "2026-01-01T00:00:00Z"),
      event("remove", "you", null),
      event("add", null, null),
    ]);
    expect(await digestOf(source)).toEqual(await digestOfRecords([{...records[0]!, flags: [{flag: "odd"}]}, ...records.slice(1)]));
  });

  it("takes ids in any order, each once, and refuses one that the store lacks", async () => {
    const source = await sourceOf(records);
    const wanted = await attemptsDigest(source, {attemptIds: ["a", "c"]});
    expect(wanted.attempts).toBe(2);
    expect(await attemptsDigest(source, {attemptIds: ["c", "a", "c"]})).toEqual(wanted);
    await expect(attemptsDigest(source, {attemptIds: ["a", "nobody", "no one"]})).rejects.toMatchObject({
      code: "unknown-attempt",
      message: expect.stringContaining('the store has no attempt "nobody", nor 1 other'),
    });
  });

  it("of nothing is SHA-256 of nothing", async () => {
    const nothing = {sha256: createHash("sha256").digest("hex"), attempts: 0};
    expect(await attemptsDigest(await sourceOf(records), {attemptIds: []})).toEqual(nothing);
  });
});
