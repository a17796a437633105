import {mkdirSync, readdirSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {expect, it} from "vitest";
import type {JournalEntry} from "../../../src/runner/journal/event.js";
import {neededCopies, pruneCopies} from "../../../src/runner/scoring/pruneCopies.js";
import {temporaryFolder} from "../journal/temporary.js";
import {environmentWith} from "./deskParts.js";

const copied = (requestId: string, submissionSha256: string) => ({type: "copied", requestId, submissionSha256}) as JournalEntry;
const scored = (requestId: string, submissionSha256: string | null, score: number | null) =>
  ({type: "scored", requestId, submissionSha256, score, remeasured: false}) as JournalEntry;

const ENTRIES = [
  ...[copied("1", "a"), scored("1", "a", 3), copied("2", "b"), scored("2", "b", 7), copied("3", "c"), scored("3", "c", null)],
  ...[scored("4", null, null), copied("5", "d"), scored("5", "d", 7), copied("6", "b"), scored("6", "b", 7), copied("7", "e")],
  ...[scored("7", "e", 1), copied("8", "f")],
];

it("the best copy, the last, and those that are not scored yet are needed", () => {
  expect(neededCopies(ENTRIES, environmentWith({}))).toEqual(new Set(["b", "e", "f"]));
  expect(neededCopies(ENTRIES, environmentWith({direction: "lower"}))).toEqual(new Set(["e", "f"]));
  expect(neededCopies([], environmentWith({}))).toEqual(new Set());
});

it("the oldest that are not needed go until there is room, and only then", () => {
  const folder = temporaryFolder();
  for (const name of ["a", "b", "c", "d", "e", "f", "incoming-9"]) {
    mkdirSync(join(folder, name, "sub"), {recursive: true});
    writeFileSync(join(folder, name, "sub", "data"), Buffer.alloc(100_000, 1));
  }
  const left = (mostBytes: number) => {
    pruneCopies(folder, ENTRIES, environmentWith({}), mostBytes);
    return readdirSync(folder).sort();
  };
  const all = ["a", "b", "c", "d", "e", "f", "incoming-9"];
  expect(left(10_000_000)).toEqual(all);
  expect(left(560_000)).toEqual(all.slice(1));
  expect(left(0)).toEqual(["b", "e", "f", "incoming-9"]);
});
