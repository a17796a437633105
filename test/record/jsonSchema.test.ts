import {readFileSync} from "node:fs";
import {gunzipSync} from "node:zlib";
import {expect, it} from "vitest";
import * as z from "zod";
import {sampleFile} from "../../src/assets.js";
import {recordJsonSchema} from "../../src/record/jsonSchema.js";
import {record} from "../store/workshop.js";

const tracked = readFileSync(new URL("../../src/record/record.schema.json", import.meta.url), "utf8");

it("record.schema.json is what the code says; if not, run: npm run schema", () => {
  expect(tracked).toBe(recordJsonSchema());
});

it("says what has to be there, and allows nothing that is not named", () => {
  const schema = JSON.parse(tracked);
  expect(schema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
  expect(schema.required.sort()).toEqual(["environment", "finalScoreRule", "id", "participant", "schemaVersion", "status"]);
  expect(schema.additionalProperties).toBe(false);
});

// read back as a schema of its own, by zod's JSON Schema reader
const schema = z.fromJSONSchema(JSON.parse(tracked));

it("accepts every record of the bundled sample", () => {
  const lines = gunzipSync(readFileSync(sampleFile)).toString().trimEnd().split("\n");
  expect(lines.length).toBeGreaterThan(71);
  for (const line of lines) expect(schema.safeParse(JSON.parse(line)).success).toBe(true);
});

it.each([
  ["a smallest record", {}, true],
  ["null for what is not known", {scoreLog: null, pauses: null}, true],
  ["a field that is not known", {unknown: 1}, false],
  ["a negative time", {timeLimitSeconds: -1}, false],
  ["another version", {schemaVersion: 2}, false],
  ["a score as text", {finalScore: "1"}, false],
  ["another status", {status: "done"}, false],
])("%s: %j", (_, changes, valid) => {
  expect(schema.safeParse({...record("a"), ...changes}).success).toBe(valid);
});
