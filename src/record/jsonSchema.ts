import * as z from "zod";
import {attemptSchema, RECORD_VERSION} from "./attempt.js";

/**
 * The JSON Schema (draft 2020-12) of one line of a record file, as the text of `record.schema.json`. Fields that may be left
 * out are not required. What a schema cannot say is checked on import only: constants that differ, a score log in order.
 */
export function recordJsonSchema(): string {
  const {$schema, ...schema} = z.toJSONSchema(attemptSchema, {io: "input", target: "draft-2020-12"});
  const title = `rebench run record, version ${RECORD_VERSION}`;
  const description = "One attempt at one environment by an agent or a person: one JSON object a line. Missing is null, never 0.";
  return `${JSON.stringify({$schema, title, description, ...schema}, null, 2)}\n`;
}
