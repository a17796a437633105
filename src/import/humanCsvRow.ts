import type {Catalogue} from "../environment/catalogue.js";
import type {Environment} from "../environment/environment.js";
import {rawFromNatural} from "../environment/naturalScore.js";
import {nearestNames} from "../errors.js";
import {LARGEST_SCORE, SCORE_RANGE} from "../record/attempt.js";
import type {Decimals, Parsed} from "./csvNumber.js";
import type {CsvRecord} from "./csvTable.js";
import {parseCsvTimestamp} from "./csvTimestamp.js";
import {HumanCsvCells} from "./humanCsvCells.js";
import type {Columns} from "./humanCsvColumns.js";
import {excerpt} from "./jsonLine.js";
import type {Problem} from "./row.js";

/** What a row says of its attempt, by column; null for an empty cell. The rows of one score log must not contradict each other. */
export type AttemptCells = ReturnType<typeof attemptCells>;

/** A row with its cells read. Where `problems` is not empty they are not to be trusted. */
export type HumanRow = {
  record: CsvRecord;
  environment: Environment | null;
  cells: AttemptCells;
  /** Raw or normalized; null where no score was valid. */
  score: number | null;
  /** Working time of a score-log entry; null in a row that has none. */
  logSeconds: number | null;
  message: string | null;
  problems: Problem[];
};

/** Reads one row; every cell that is wrong becomes a problem. */
export function readHumanRow(record: CsvRecord, columns: Columns, decimals: Decimals, catalogue: Catalogue): HumanRow {
  const reader = new HumanCsvCells(record, columns, decimals);
  const environment = environmentOf(reader, catalogue);
  const row = {
    record,
    environment,
    cells: attemptCells(reader),
    score: scoreOf(reader, columns, environment),
    logSeconds: reader.duration("log_time"),
    message: reader.text("message"),
  };
  if (columns.log && row.logSeconds === null && reader.text(columns.scoreField) !== null && reader.text("log_time") === null) {
    reader.refuse("log_time", "the working time of this score, such as 1:30");
  }
  return {...row, problems: record.malformed === null ? reader.problems : [malformed(record, record.malformed)]};
}

function malformed({line, text}: CsvRecord, expected: string): Problem {
  return {line, field: null, found: excerpt(text), expected};
}

function attemptCells(reader: HumanCsvCells) {
  const started = reader.parse("started_at", parseCsvTimestamp);
  const ended = reader.parse("ended_at", parseCsvTimestamp);
  return {
    id: reader.text("id"),
    person: reader.text("person"),
    cohort: reader.text("cohort"),
    years_experience: reader.number("years_experience"),
    time_limit: timeLimitOf(reader),
    working_time: reader.duration("working_time"),
    started_at: started && "utc" in started ? started.utc : null,
    ended_at: ended && "utc" in ended ? ended.utc : null,
    localStart: started && "local" in started ? started.local : null,
    localEnd: ended && "local" in ended ? ended.local : null,
    environment_version: reader.text("environment_version"),
    starting_score: reader.number("starting_score"),
    reference_score: reader.number("reference_score"),
    status: reader.parse("status", parseStatus),
    matched_expectation: reader.parse("matched_expectation", parseYesNo),
    transcript: reader.text("transcript"),
  };
}

function environmentOf(reader: HumanCsvCells, catalogue: Catalogue): Environment | null {
  const text = reader.text("environment");
  const environment = text === null ? undefined : catalogue.find(text);
  if (environment) return environment;
  const names = catalogue.environments.map(({name}) => name);
  const near = text === null ? [] : nearestNames(text, names);
  reader.refuse("environment", near.length > 0 ? `an environment: did you mean ${near.join(" or ")}?` : `one of ${names.join(", ")}`);
  return null;
}

function timeLimitOf(reader: HumanCsvCells): number | null {
  const seconds = reader.duration("time_limit");
  if (seconds === 0) reader.refuse("time_limit", "a duration above 0, or an empty cell where no limit is recorded");
  return seconds;
}

function scoreOf(reader: HumanCsvCells, {scoreField}: Columns, environment: Environment | null): number | null {
  const score = reader.number(scoreField);
  const spare = reader.spareScore();
  if (spare !== null && reader.text(scoreField) === null) {
    reader.refuse(
      scoreField,
      `a score here, as only this column is read and not "${spare}"; to read that one, map it with --map column=field`,
    );
  }
  if (score !== null && Math.abs(score) > LARGEST_SCORE) reader.refuse(scoreField, SCORE_RANGE);
  if (scoreField !== "natural_score" || score === null || environment === null) return score;
  const {transform, naturalUnit} = environment.rawScore;
  const raw = rawFromNatural(transform, score);
  if (raw === null)
    reader.refuse(scoreField, `a ${naturalUnit} value above ${transform === "ln" ? 0 : 1.5} (the raw score is its ${transform})`);
  return raw;
}

function parseStatus(text: string): Parsed<"finished" | "error"> {
  const status = text.toLowerCase();
  return status === "finished" || status === "error" ? {value: status} : {expected: "finished or error"};
}

function parseYesNo(text: string): Parsed<boolean> {
  if (/^(?:yes|y|true|1)$/i.test(text)) return {value: true};
  return /^(?:no|n|false|0)$/i.test(text) ? {value: false} : {expected: "yes or no"};
}
