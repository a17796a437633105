import * as z from "zod";
import {parseDuration} from "../duration.js";
import {nearestNames, RebenchError} from "../errors.js";
import {ESTIMATORS, METHODS, SCHEMES} from "./kindNames.js";
import {POPULATIONS} from "./populations.js";
import {VALUE_FIELDS} from "./valueFields.js";

/** The agent that does best where a value is asked for: widest coverage, then the highest score, then the first by name. */
export const BEST_AGENT = "best agent";

/** Seconds, written as `30m`, `2h`, `1h30m`. */
export const durationSchema = z.string().transform((text, context) => {
  try {
    return parseDuration(text);
  } catch (error) {
    if (!(error instanceof RebenchError)) throw error;
    context.addIssue({code: "custom", message: `${error.problem}: write hours, minutes and seconds such as 30m, 2h or 1h30m`});
    return z.NEVER;
  }
});

const VALUE_FORMATS = ["number", "signed", "percent", "usd", "duration"] as const;
export type ValueFormat = (typeof VALUE_FORMATS)[number];

const name = z.string().min(1);
const quoted = {
  field: name,
  /** Decimals; those of the format where left out. */
  digits: z.int().min(0).max(10).nullable().default(null),
  /** That of the field where left out. */
  format: z.enum(VALUE_FORMATS).nullable().default(null),
};
const environment = name.nullable().default(null);
const duration = durationSchema.nullable().default(null);

const anyValueSchema = z.discriminatedUnion("analysis", [
  z.strictObject({analysis: z.literal("analyze"), agent: name, budget: durationSchema, environment, ...quoted}),
  z.strictObject({
    analysis: z.literal("score-at-k"),
    agent: name,
    timeLimit: durationSchema,
    k: z.int().positive(),
    environment,
    ...quoted,
  }),
  z.strictObject({
    analysis: z.literal("cost"),
    agent: name,
    budget: duration,
    timeLimit: duration,
    dollars: z.number().positive().nullable().default(null),
    environment,
    ...quoted,
  }),
  z.strictObject({analysis: z.literal("compare"), agent: name, with: name, budget: duration, ...quoted}),
  z.strictObject({
    analysis: z.literal("participants"),
    agent: name.nullable().default(null),
    cohort: name.nullable().default(null),
    environment,
    timeLimit: duration,
    ...quoted,
  }),
  /** Of the coverage study that comes with rebench: of the cells that fit what is said, of one cell where all of it is. */
  z.strictObject({
    analysis: z.literal("coverage"),
    population: z.enum(POPULATIONS).nullable().default(null),
    scheme: z.enum(SCHEMES).nullable().default(null),
    estimator: z.enum(ESTIMATORS).nullable().default(null),
    method: z.enum(METHODS).nullable().default(null),
    n: z.int().positive().nullable().default(null),
    k: z.int().positive().nullable().default(null),
    /** Within the rule, or outside it. */
    calibrated: z.boolean().nullable().default(null),
    ...quoted,
  }),
  z.strictObject({analysis: z.literal("attempts"), agent: name.nullable().default(null), environment, ...quoted}),
]);

/** A value that prose quotes: which number of which analysis, and how it is written. */
export const valueSchema = anyValueSchema.superRefine((spec, context) => {
  const problem = whereProblem(spec);
  if (problem !== null) return context.addIssue({code: "custom", ...problem});
  const fields: readonly string[] = VALUE_FIELDS[fieldsOf(spec)];
  if (fields.includes(spec.field)) return;
  const near = nearestNames(spec.field, fields);
  const hint = near.length > 0 ? `; did you mean ${near.join(" or ")}?` : `; there are: ${fields.join(", ")}`;
  context.addIssue({code: "custom", path: ["field"], message: `not a field of ${fieldsOf(spec)}${hint}`});
});

export type ValueSpec = z.infer<typeof valueSchema>;
export type ValueOf<Name extends ValueSpec["analysis"]> = Extract<ValueSpec, {analysis: Name}>;

/** Under which name {@link VALUE_FIELDS} lists what can be quoted. */
export function fieldsOf(spec: ValueSpec): keyof typeof VALUE_FIELDS {
  if (spec.analysis === "cost") {
    return spec.budget !== null ? "cost of a budget" : spec.timeLimit !== null ? "cost of an attempt" : "cost at a sum";
  }
  if (spec.analysis === "compare") return spec.budget === null ? "compare" : "compare at a budget";
  if (spec.analysis === "attempts") return spec.environment === null ? "attempts" : "attempts in an environment";
  if (spec.analysis === "coverage") return isOneCell(spec) ? "coverage of a cell" : "coverage";
  return spec.analysis;
}

/** Whether a value of the coverage study says all that cells differ in. */
export const isOneCell = ({population, scheme, estimator, method, n, k}: ValueOf<"coverage">): boolean =>
  [population, scheme, estimator, method, n, k].every((each) => each !== null);

type Problem = {path: string[]; message: string};

/** What is wrong with where a value is asked for; null where nothing is. */
function whereProblem(spec: ValueSpec): Problem | null {
  if (spec.analysis === "cost") {
    if (given(spec.budget, spec.timeLimit, spec.dollars) !== 1) return {path: [], message: "needs one of budget, timeLimit and dollars"};
    if (spec.agent === BEST_AGENT && spec.timeLimit !== null) return noBest("costs at a time limit have no scores to be best by");
  }
  if (spec.analysis === "compare") {
    if (spec.with === BEST_AGENT) return {path: ["with"], message: `"${BEST_AGENT}" can stand in agent only`};
    if (spec.agent === BEST_AGENT && spec.budget === null) return noBest("needs a budget to be best at");
  }
  if (spec.analysis === "participants") {
    if (given(spec.agent, spec.cohort, spec.environment) !== 1) return {path: [], message: "needs one of agent, cohort and environment"};
    if (spec.agent === BEST_AGENT) return noBest("participants has no score to be best by");
  }
  return null;
}

const given = (...values: readonly unknown[]) => values.filter((value) => value !== null).length;
const noBest = (why: string): Problem => ({path: ["agent"], message: `"${BEST_AGENT}" says nothing here: ${why}`});
