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
  return error.issues.map((issue) => ({
    line,
    field: fieldName(issue.path) || null,
    found: excerpt(describe(valueAt(value, issue.path))),
    expected: issue.message,
  }));
}

/** A field as people write it: `scoreLog[2].score`. */
function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .replace(/^\./, "");
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, part) => (typeof inner === "object" && inner !== null ? (inner as Record<PropertyKey, unknown>)[part] : undefined),
    value,
  );
}

const describe = (value: unknown): string =>
  value === undefined ? "nothing" : typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));

/** At most 60 characters of a value, for a message. */
export const excerpt = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text);
