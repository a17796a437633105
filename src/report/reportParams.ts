import * as z from "zod";
import {nearestNames, RebenchError} from "../errors.js";
import {ESTIMATORS, METHODS, SCHEMES} from "./kindNames.js";
import {durationSchema, valueSchema} from "./valueSpec.js";

const names = z.array(z.string().min(1)).min(1);
const positive = z.number().nonnegative();

/** Options of the command line under their names there; durations as texts. */
export const reportFlagsSchema = z
  .strictObject({
    agents: names,
    environments: names,
    tier: z.enum(["full", "small"]),
    flagged: z.record(z.string(), z.enum(["keep", "exclude", "zero"])),
    errors: z.enum(["drop", "zero"]),
    requireAll: z.boolean(),
    common: z.boolean(),
    estimator: z.enum(ESTIMATORS),
    constants: z.record(z.string(), z.string()),
    floor: z.boolean(),
    tooFew: z.enum(["null", "drop", "clamp"]),
    allowSlices: z.enum(["none", "missing", "all"]),
    clock: z.enum(["working", "wall"]),
    bootstrap: z.int().min(0).max(1_000_000),
    seed: z.int(),
    resample: z.enum(SCHEMES),
    intervalMethod: z.enum(METHODS),
    interval: z.number().gt(0).lt(1),
    resampleSize: z.int().positive(),
    threads: z.int().positive(),
    budgets: z.array(durationSchema).min(1),
    wage: positive,
    hours: z.enum(["budgeted", "actual"]),
    agentHourly: positive,
    gpuHourly: positive,
    costFrom: z.enum(["recorded", "tokens"]),
    unpriced: z.enum(["error", "skip"]),
  })
  .partial();

/** A name that prose can quote. */
const VALUE_NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;

const paramsSchema = z.strictObject({
  title: z.string().min(1),
  description: z.string().min(1).nullable().default(null),
  options: reportFlagsSchema.default({}),
  figures: z.array(z.strictObject({name: z.string(), caption: z.string().min(1).nullable().default(null)})).default([]),
  tables: z.array(z.strictObject({name: z.string()})).default([]),
  values: z.record(z.string().regex(VALUE_NAME, "a name of letters, digits, _ and -, a letter first"), valueSchema).default({}),
});

export type ReportParams = z.infer<typeof paramsSchema>;
/** Selection, estimation and cost options of a report, under their names on the command line; durations in seconds. */
export type ReportFlags = z.infer<typeof reportFlagsSchema>;

/** Names that figures and tables of a report may have. */
export type KnownNames = {figures: readonly string[]; tables: readonly string[]};

/**
 * What `params.json` says.
 *
 * @param file Named in errors.
 * @throws RebenchError `invalid-report` with file, field and value.
 */
export function parseParams(text: string, file: string, known: KnownNames): ReportParams {
  const value = parsedJson(text, file);
  const result = paramsSchema.safeParse(value);
  if (!result.success)
    throw badParams(
      file,
      result.error.issues.map((issue) => issueText(issue, value)),
    );
  const {figures, tables} = result.data;
  const problems = [...listProblems("figures", figures, known.figures), ...listProblems("tables", tables, known.tables)];
  if (problems.length > 0) throw badParams(file, problems);
  return result.data;
}

function parsedJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RebenchError("invalid-report", {problem: `${file} is not JSON: ${(cause as Error).message}`, hint: FORMAT_HINT, cause});
  }
}

const FORMAT_HINT = "See reports/overview/params.json for a complete one.";

const badParams = (file: string, problems: readonly string[]) =>
  new RebenchError("invalid-report", {problem: `${file}:\n${problems.map((each) => `  ${each}`).join("\n")}`, hint: FORMAT_HINT});

type Issue = z.core.$ZodIssue;

/** `values.best.budget: "2x" is not a duration, found "2x"`. */
function issueText(issue: Issue, whole: unknown): string {
  const found = valueAt(whole, issue.path);
  const where = issue.path.length === 0 ? "the file" : issue.path.join(".");
  if (issue.code === "unrecognized_keys") return `${where}: ${unknownKeys(issue.keys, where)}`;
  if (issue.code === "invalid_key") return `${where}: ${issue.issues.map(({message}) => message).join("; ")}`;
  const shown = found === undefined ? "nothing there" : shortened(JSON.stringify(found));
  return `${where}: ${issue.message}, found ${shown}`;
}

/** Options are many, and easily mistyped. */
function unknownKeys(keys: readonly string[], where: string): string {
  const candidates =
    where === "options" ? Object.keys(reportFlagsSchema.shape) : where === "the file" ? Object.keys(paramsSchema.shape) : [];
  return keys
    .map((key) => {
      const near = nearestNames(key, candidates);
      return `"${key}" is not known here${near.length > 0 ? `; did you mean ${near.join(" or ")}?` : ""}`;
    })
    .join("; ");
}

const valueAt = (whole: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], whole);

const shortened = (text: string) => (text.length > 80 ? `${text.slice(0, 79)}…` : text);

function listProblems(field: string, entries: readonly {name: string}[], known: readonly string[]): string[] {
  return entries.flatMap(({name}, i) => {
    const where = `${field}.${i}.name`;
    if (entries.findIndex((each) => each.name === name) < i) return [`${where}: "${name}" is there twice`];
    if (known.includes(name)) return [];
    const near = nearestNames(name, known);
    return [
      `${where}: there is no "${name}"; ${near.length > 0 ? `did you mean ${near.join(" or ")}?` : `there are: ${known.join(", ")}`}`,
    ];
  });
}
