import * as z from "zod";
import {nearestNames, RebenchError} from "../../errors.js";
import type {Theme} from "./theme.js";

const color = z.string().regex(/^#[0-9a-f]{6}$/i, "a colour such as #1b6ca8");
const size = z.number().positive().max(100);
const opacity = z.number().positive().max(1);

const fields = {
  background: color,
  text: color,
  mutedText: color,
  grid: color,
  axis: color,
  people: color,
  agents: z.array(color).length(8, "eight colours"),
  labelSize: size,
  titleSize: size,
  captionSize: size,
  lineWidth: size,
  bandOpacity: opacity,
  pointArea: z.number().positive().max(1000),
  fadedOpacity: opacity,
} satisfies Partial<Record<keyof Theme, z.ZodType>>;

const themeSchema = z.strictObject(fields).partial();

/** What a theme file may change. The font is not among them: it is shipped, so that text has the same width everywhere. */
export type ThemeChanges = z.infer<typeof themeSchema>;

/**
 * The changes that a theme file asks for.
 *
 * @param text JSON: an object with any of the fields above.
 * @param file What messages call it.
 * @throws RebenchError `invalid-theme` that names file, key and value.
 */
export function parseTheme(text: string, file: string): ThemeChanges {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(`${file} is not JSON: ${(cause as Error).message}`, 'Write an object such as {"lineWidth": 2}.', cause);
  }
  const result = themeSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  if (issue.code === "unrecognized_keys") throw unknownKey(issue.keys[0]!, file);
  const found = JSON.stringify(issue.path.reduce<unknown>((part, key) => (part as Record<PropertyKey, unknown>)?.[key], value));
  throw invalid(
    `${file}: ${issue.path.join(".") || "the theme"} is ${found}`,
    `Expected ${issue.message.replace(/^Invalid input: expected /, "")}.`,
  );
}

function unknownKey(key: string, file: string): RebenchError {
  const names = Object.keys(fields);
  const near = nearestNames(key, names);
  const hint = near.length > 0 ? `Did you mean ${near.join(" or ")}?` : "";
  return invalid(`${file}: a theme has no "${key}"`, `${hint} It may have: ${names.join(", ")}.`.trim());
}

const invalid = (problem: string, hint: string, cause?: unknown) => new RebenchError("invalid-theme", {problem, hint, cause});
