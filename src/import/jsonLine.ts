import type {ZodError} from "zod";
import type {Problem} from "./row.js";

/** The JSON value of one line, or why it is none. Never throws. */
export function parseJsonLine(text: string, line: number): {value: unknown} | {problems: Problem[]} {
  try {
    return {value: JSON.parse(text)};
  } catch (error) {
    const literal = /[:,[\s](-?(?:NaN|Infinity))\b/.exec(text)?.[1];
    const expected = literal
      ? `valid JSON, which has no ${literal}: write null where there is no score`
      : `valid JSON (${(error as Error).message})`;
    return {problems: [{line, field: null, found: excerpt(text), expected}]};
  }
}

/** One problem for each thing that zod found wrong in `value`. */
export function problemsOf(error: ZodError, value: unknown, line: number): Problem[] {
  return error.issues.flatMap((issue) => {
    const paths = issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    return paths.map((path) => ({
      line,
      field: fieldName(path) || null,
      found: describe(valueAt(value, path)),
      expected: expectation(issue),
    }));
  });
}

/** What zod says in half sentences, as the end of "found X, expected …". */
function expectation(issue: ZodError["issues"][number]): string {
  switch (issue.code) {
    case "unrecognized_keys":
      return "no field of this name";
    case "invalid_union":
      return issue.message === "Invalid input" ? "a text, a number, true, false or null" : issue.message.replace(/^.*Expected /, "one of ");
    default:
      return issue.message
        .replace(/^(?:Invalid input|Invalid option|Too small|Too big): expected (.*?)(?:, received .*)?$/s, "$1")
        .replace(/^string to have >=1 characters$/, "a text that is not empty")
        .replace(/^(?:number|int) to be /, "a number ")
        .replace(/^(string|number|boolean|object|array|record|int)$/, (type) => TYPES[type]!);
  }
}

const TYPES: Record<string, string> = {
  string: "a text",
  number: "a finite number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "a list",
};

/** A field as people write it: `scoreLog[2].score`. */
function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .replace(/^\./, "");
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, part) =>
      typeof inner === "object" && inner !== null && Object.hasOwn(inner, part) ? (inner as Record<PropertyKey, unknown>)[part] : undefined,
    value,
  );
}

/** A value in at most 60 characters. What is nested is only named: it may be deeper than the stack. */
function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return excerpt(typeof value === "string" ? JSON.stringify(value) : String(value));
}

/** At most 60 characters of a value, for a message. */
export const excerpt = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text);
