import {readFileSync} from "node:fs";
import {gunzipSync} from "node:zlib";
import {expect, it} from "vitest";
import {sampleFile} from "../../src/assets.js";
import {attemptSchema} from "../../src/record/attempt.js";
import {isWhole} from "../../src/record/isWhole.js";

const lines = gunzipSync(readFileSync(sampleFile)).toString("utf8").trimEnd().split("\n");
const whole = JSON.parse(lines.find((line) => line.includes('"tokenUsage":[{'))!) as Record<string, unknown>;

it("holds only for records that the schema gives back as they are", () => {
  for (const line of lines) {
    const record: unknown = JSON.parse(line);
    expect(isWhole(record)).toBe(true);
    expect(JSON.stringify(attemptSchema.parse(record))).toBe(line);
  }
});

it("does not hold where a field is missing or out of place, at any depth", () => {
  const {seed: _, ...without} = whole;
  expect(isWhole(without)).toBe(false);
  expect(isWhole({...without, seed: 1})).toBe(false);
  for (const name of ["participant", "scoreLog", "tokenUsage"]) {
    const own = whole[name] as object | object[];
    const last = Array.isArray(own) ? own.at(-1)! : own;
    const fields = Object.entries(last);
    for (const changed of [fields.slice(0, -1), [fields.at(-1)!, ...fields.slice(0, -1)]]) {
      const value = Object.fromEntries(changed);
      expect(isWhole({...whole, [name]: Array.isArray(own) ? [...own.slice(0, -1), value] : {kind: "agent", ...value}})).toBe(false);
    }
  }
});
