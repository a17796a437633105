import * as z from "zod";
import {formatDuration} from "../duration.js";
import type {Environment} from "../environment/environment.js";
import {RebenchError} from "../errors.js";
import {
  type Attempt,
  type AttemptInput,
  attemptSchema,
  type FlagEvent,
  IMPORT_AUTHOR,
  LARGEST_SCORE,
  SCORE_RANGE,
} from "../record/attempt.js";
import {excerpt, parseJsonLine, problemsOf} from "./jsonLine.js";
import type {FileContent, ImportContext, Problem, Row} from "./row.js";

const LAST_MILLISECOND = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const milliseconds = z.number("milliseconds").min(0).max(LAST_MILLISECOND, "milliseconds since 1970, before the year 10000");
const score = z
  .number("a finite number, or null where no score was valid")
  .min(-LARGEST_SCORE, SCORE_RANGE)
  .max(LARGEST_SCORE, SCORE_RANGE);

const metrSchema = z
  .looseObject({
    run_id: z.union([z.string().min(1), z.int()], "a text or an integer"),
    task_family: z.string("a text such as ai_rd_fix_embedding"),
    alias: z.string("the agent's public name, or human").min(1, "the agent's public name, or human"),
    model: z.string("a text or null").nullish(),
    score: score.nullish(),
    score_cont: score.nullish(),
    time_limit: z.number("seconds, or null").min(0, "seconds, not below 0").nullish(),
    started_at: milliseconds.nullish(),
    completed_at: milliseconds.nullish(),
    fatal_error_from: z.string("a text or null").nullish(),
  })
  .refine((row) => row.score !== undefined || row.score_cont !== undefined, {
    path: ["score"],
    message: "score or score_cont, null where no score was valid",
  });
type MetrValue = z.infer<typeof metrSchema>;

/** Fields that have a place in the record; the others are kept in `sourceFields`, as far as they are single values. */
const MAPPED = new Set(["run_id", "task_family", "alias", "model", "score", "time_limit", "started_at", "completed_at"]);

/** Ends that are the participant's own; every other `fatal_error_from` is a failure of the infrastructure. */
const OWN_ENDS: ReadonlyMap<string, string> = new Map([
  ["usageLimits", "usage-limits"],
  ["agent", "agent"],
]);

/**
 * One parsed line of METR's `runs.jsonl`. Scores are normalized already and are kept so, with the constants they were
 * normalized with. A row of another benchmark (METR's whole file has them) gives the name of its task family.
 */
export function metrRow(
  value: unknown,
  line: number,
  context: ImportContext,
): {attempt: Attempt} | {problems: Problem[]} | {otherTask: string} {
  const family = (value as {task_family?: unknown} | null)?.task_family;
  const environment = typeof family === "string" ? context.catalogue.find(family) : undefined;
  if (typeof family === "string" && !environment && !family.startsWith("ai_rd_")) return {otherTask: family};
  const parsed = metrSchema.safeParse(value);
  if (!parsed.success) return {problems: problemsOf(parsed.error, value, line)};
  if (!environment) return {problems: [unknownFamily(parsed.data.task_family, line, context)]};
  const input = attemptOf(parsed.data, environment, context);
  const result = attemptSchema.safeParse(input);
  return result.success ? {attempt: result.data} : {problems: problemsOf(result.error, input, line)};
}

/**
 * METR's `runs.jsonl` or `all_runs.jsonl`, whole.
 *
 * A later public snapshot multiplies each family's scores by a constant and caps them at 1. It is recognised by no score
 * above 1 while three or more are exactly 1: the original has 35 scores above 1 and none that is exactly 1. Its rows get
 * the flag `rescaled` and no constants, since what raw score became 1 is not known.
 *
 * @throws RebenchError `invalid-record` for a file without any line.
 */
export function readMetr(text: string, context: ImportContext): FileContent {
  const rows: Row[] = [];
  const others = new Map<string, number>();
  for (const [index, lineText] of text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .entries()) {
    if (lineText.trim() === "") continue;
    const line = index + 1;
    const parsed = parseJsonLine(lineText, line);
    const row = "problems" in parsed ? parsed : metrRow(parsed.value, line, context);
    if ("otherTask" in row) others.set(row.otherTask, (others.get(row.otherTask) ?? 0) + 1);
    else rows.push({line, text: lineText, ...row});
  }
  if (rows.length === 0 && others.size === 0) {
    throw new RebenchError("invalid-record", {
      problem: `${context.fileName} is empty`,
      hint: "Expected one JSON object a line, one for each run.",
    });
  }
  const rescaled = isRescaled(attemptsIn(rows));
  const read = rescaled ? rows.map(asRescaled) : rows;
  return {rows: read, notes: notesOn(attemptsIn(read), others, rescaled, context)};
}

function attemptOf(row: MetrValue, environment: Environment, {humanTimeLimitSeconds}: ImportContext): AttemptInput {
  const human = row.alias === "human";
  const timeLimitSeconds = row.time_limit || (human ? humanTimeLimitSeconds : null);
  const failure = row.fatal_error_from || null;
  const ownEnd = failure === null || OWN_ENDS.has(failure);
  return {
    schemaVersion: 1,
    id: `metr/${row.run_id}`,
    participant: human ? {kind: "human"} : {kind: "agent", alias: row.alias, model: row.model || null},
    environment: environment.name,
    tier: "full",
    timeLimitSeconds,
    timeLimitAssumed: human && !row.time_limit,
    ...timesOf(row),
    status: ownEnd ? "finished" : "error",
    endReason: failure === null ? null : (OWN_ENDS.get(failure) ?? failure),
    scoreScale: "normalized",
    ...constantsOf(environment),
    finalScore: row.score ?? row.score_cont ?? null,
    finalScoreRule: "reported",
    sourceFields: sourceFieldsOf(row),
  };
}

/** Agents' times are wall clock, so their working time is unknown; people have only a duration, written as if it began in 1970. */
function timesOf({
  alias,
  started_at: started,
  completed_at: completed,
}: MetrValue): Pick<AttemptInput, "startedAt" | "endedAt" | "workingSeconds"> {
  if (started) return {startedAt: timestamp(started), endedAt: completed ? timestamp(completed) : null, workingSeconds: null};
  const lasted = alias === "human" && started === 0 && completed ? completed / 1000 : null;
  return {startedAt: null, endedAt: null, workingSeconds: lasted};
}

const timestamp = (sinceEpoch: number) => new Date(sinceEpoch).toISOString();

/** The raw scores that became 0 and 1 in METR's file: the paper's, except for QA. */
function constantsOf({tiers}: Environment): Pick<AttemptInput, "startingScore" | "referenceScore"> {
  const full = tiers.full;
  const {startingScore = null, referenceScore = null} = full?.constants["metr-2025"] ?? full?.constants[full.defaultConstants] ?? {};
  return {startingScore, referenceScore};
}

function sourceFieldsOf(row: MetrValue): NonNullable<AttemptInput["sourceFields"]> {
  const mapped = new Set([...MAPPED, ...(row.score == null ? ["score_cont"] : [])]);
  if (!row.started_at && (row.alias !== "human" || row.started_at !== 0))
    for (const field of ["started_at", "completed_at"]) mapped.delete(field);
  const kept = Object.entries(row).filter(([field, value]) => !mapped.has(field) && (value === null || typeof value !== "object"));
  return Object.fromEntries(kept) as NonNullable<AttemptInput["sourceFields"]>;
}

const attemptsIn = (rows: readonly Row[]) => rows.flatMap((row) => ("attempt" in row ? [row.attempt] : []));

function isRescaled(attempts: readonly Attempt[]): boolean {
  return attempts.every(({finalScore}) => (finalScore ?? 0) <= 1) && attempts.filter(({finalScore}) => finalScore === 1).length >= 3;
}

function asRescaled(row: Row): Row {
  if (!("attempt" in row)) return row;
  return {...row, attempt: {...row.attempt, startingScore: null, referenceScore: null, flags: [...row.attempt.flags, RESCALED]}};
}

const RESCALED: FlagEvent = {
  flag: "rescaled",
  action: "add",
  author: IMPORT_AUTHOR,
  reason: "from the later snapshot of METR's file, where scores are multiplied by a constant for each family and capped at 1",
  time: null,
};

function unknownFamily(family: string, line: number, {catalogue}: ImportContext): Problem {
  const known = catalogue.environments.flatMap(({name, aliases}) => [name, ...aliases]).filter((name) => name.startsWith("ai_rd_"));
  const expected = `one of ${known.join(", ")}, or the alias of an environment of your own (--environments-dir)`;
  return {line, field: "task_family", found: excerpt(family), expected};
}

/** What the source lacks and what was assumed. */
function notesOn(
  attempts: readonly Attempt[],
  others: ReadonlyMap<string, number>,
  rescaled: boolean,
  {humanTimeLimitSeconds}: ImportContext,
): string[] {
  const skipped = [...others.values()].reduce((sum, count) => sum + count, 0);
  const assumed = attempts.filter(({timeLimitAssumed}) => timeLimitAssumed).length;
  const unscored = attempts.filter(({finalScore}) => finalScore === null).length;
  const agents = attempts.filter(({participant}) => participant.kind === "agent");
  const unlimited = agents.filter(({timeLimitSeconds}) => timeLimitSeconds === null).length;
  const previews = agents.some(({participant}) => participant.kind === "agent" && participant.alias === "o1-preview");
  const some = attempts.length > 0;
  const notes: [boolean, string][] = [
    [skipped > 0, `${skipped} rows of other tasks (${listOf([...others.keys()])}) not imported.`],
    [rescaled, RESCALED_NOTE],
    [some && !rescaled, NORMALIZED_NOTE],
    [
      some,
      "No score logs, pauses or token usage are recorded; total_tokens and dollar_equivalent of people are a proxy, kept as source fields.",
    ],
    [agents.length > 0, "No scaffold is recorded: agents are known by alias and model."],
    [agents.length > 0, "Agents' working time is unknown: started_at and completed_at are wall clock, often far over the time limit."],
    [unlimited > 0, `No time limit is recorded for ${unlimited} agent attempts.`],
    [assumed > 0, `No time limit is recorded for ${assumed} human attempts; ${formatDuration(humanTimeLimitSeconds)} assumed.`],
    [unscored > 0, `${unscored} attempts without a valid score.`],
    [previews && !rescaled, "The o1-preview rows of METR's file are re-runs of December 2024, not the paper's AIDE runs."],
  ];
  return notes.filter(([applies]) => applies).map(([, note]) => note);
}

const NORMALIZED_NOTE =
  "Scores came normalized, floored at 0 and not capped; the raw scores are not recorded. Constants kept with them are the paper's, for GPT-2 QA METR's later reference of 0.8149.";

/** The multipliers are those known of the one such snapshot; they are named, never applied. */
const RESCALED_NOTE =
  "This is the later snapshot of METR's file (no score above 1, several exactly 1): scores are multiplied by a constant for each family " +
  "(fix_embedding 1.6853, nanogpt_chat_rl 1.2337, optimize_llm_foundry 2.7964, restricted_mlm 1.5429, rust_codecontests_inference 2.0064, " +
  "small_scaling_law 2.0625, triton_cumsum 1.1609) and capped at 1, and o1-preview is called o1. Every row is flagged rescaled and has no constants; nothing was scaled back.";

/** At most three names, and how many more. */
const listOf = (names: string[]) => names.slice(0, 3).join(", ") + (names.length > 3 ? ` and ${names.length - 3} more` : "");
