import type {Environment} from "../environment/environment.js";
import {applyScoreRule} from "../environment/scoreRule.js";
import {type Attempt, type AttemptInput, attemptSchema} from "../record/attempt.js";
import type {Columns, Field} from "./humanCsvColumns.js";
import type {AttemptRows} from "./humanCsvGroups.js";
import type {AttemptCells, HumanRow} from "./humanCsvRow.js";
import {excerpt} from "./jsonLine.js";
import type {ImportContext, Problem} from "./row.js";

/** The attempt that its rows describe, or everything that is wrong with them. */
export function humanAttempt(
  {id, rows}: AttemptRows,
  columns: Columns,
  {humanTimeLimitSeconds}: Pick<ImportContext, "humanTimeLimitSeconds">,
): {attempt: Attempt} | {problems: Problem[]} {
  const {cells, conflicts} = mergeCells(rows, columns);
  const problems = [...rows.flatMap((row) => row.problems), ...conflicts];
  const environment = rows[0]!.environment;
  if (problems.length > 0 || environment === null) return {problems};
  const result = attemptSchema.safeParse({
    schemaVersion: 1,
    id,
    participant: {kind: "human", person: cells.person, cohort: cells.cohort, yearsExperience: cells.years_experience},
    environment: environment.name,
    environmentVersion: cells.environment_version,
    timeLimitSeconds: cells.time_limit ?? humanTimeLimitSeconds,
    timeLimitAssumed: cells.time_limit === null,
    workingSeconds: cells.working_time,
    startedAt: cells.started_at,
    endedAt: cells.ended_at,
    status: cells.status ?? "finished",
    startingScore: cells.starting_score,
    referenceScore: cells.reference_score,
    scoreMatchedExpectation: cells.matched_expectation,
    transcript: cells.transcript,
    sourceFields: localTimes(cells),
    ...(columns.log ? loggedScore(rows, columns, environment) : reportedScore(rows[0]!, columns)),
  } satisfies AttemptInput);
  if (result.success) return {attempt: result.data};
  return {problems: result.error.issues.map(({path, message}) => schemaProblem(String(path.at(-1)), message, rows[0]!, columns))};
}

type Score = Pick<AttemptInput, "scoreScale" | "finalScore" | "finalScoreRule" | "scoreLog">;

const scaleOf = ({scoreField}: Columns) => (scoreField === "normalized_score" ? "normalized" : "raw");

function reportedScore({score}: HumanRow, columns: Columns): Score {
  return {scoreScale: scaleOf(columns), finalScore: score, finalScoreRule: "reported", scoreLog: null};
}

/** The score log by time, and what the environment's rule makes of it. A row with neither time nor score adds no entry. */
function loggedScore(rows: readonly HumanRow[], columns: Columns, {scoreRule, direction}: Environment): Score {
  const scoreLog = rows
    .filter(({logSeconds}) => logSeconds !== null)
    .map(({logSeconds, score, message}) => ({workingSeconds: logSeconds!, score, message}))
    .sort((a, b) => a.workingSeconds - b.workingSeconds);
  const scoreScale = scaleOf(columns);
  const scores = scoreLog.map(({score}) => score);
  const finalScore = applyScoreRule(scoreRule, scores, scoreScale === "normalized" || direction === "higher");
  return {scoreScale, finalScore, finalScoreRule: scoreRule, scoreLog};
}

/** Times without a zone are no points in time; their text is kept. */
function localTimes({localStart, localEnd}: AttemptCells): Record<string, string> | null {
  const times = {...(localStart === null ? {} : {started_at: localStart}), ...(localEnd === null ? {} : {ended_at: localEnd})};
  return Object.keys(times).length > 0 ? times : null;
}

/** What the rows of an attempt say together: an empty cell is filled from another row, a contradiction is a problem. */
function mergeCells(rows: readonly HumanRow[], columns: Columns): {cells: AttemptCells; conflicts: Problem[]} {
  const cells: Record<string, unknown> = {...rows[0]!.cells};
  const known = rows[0]!.environment;
  const conflicts: Problem[] = [];
  const conflict = ({record}: HumanRow, field: string) => {
    const column = columns.byField.get(field as Field)!;
    const found = excerpt(record.cells[column.index]!);
    conflicts.push({line: record.line, field: column.name, found, expected: "the same as in the attempt's rows above, or an empty cell"});
  };
  for (const row of rows.slice(1)) {
    if (row.record.malformed !== null) continue;
    if (row.environment && known && row.environment !== known) conflict(row, "environment");
    for (const [field, value] of Object.entries(row.cells)) {
      cells[field] ??= value;
      if (value !== null && cells[field] !== value) conflict(row, LOCAL[field] ?? field);
    }
  }
  return {cells: cells as AttemptCells, conflicts};
}

const LOCAL: Record<string, string> = {localStart: "started_at", localEnd: "ended_at"};

/** Fields of the record that only its schema checks, by column. */
const COLUMN_OF: Record<string, Field> = {
  id: "id",
  person: "person",
  cohort: "cohort",
  yearsExperience: "years_experience",
  startingScore: "starting_score",
  referenceScore: "reference_score",
  transcript: "transcript",
};

function schemaProblem(key: string, message: string, {record}: HumanRow, {byField}: Columns): Problem {
  const column = COLUMN_OF[key] && byField.get(COLUMN_OF[key]);
  const found = column ? excerpt(record.cells[column.index] || "an empty cell") : null;
  return {line: record.line, field: column?.name ?? COLUMN_OF[key] ?? key, found, expected: message};
}
