import {allocationLabel, type BudgetRow} from "../analysis/analyze.js";
import type {CurvesComparison} from "../analysis/compareCurves.js";
import type {DollarsRow} from "../analysis/costAtDollars.js";
import type {ScoreRow} from "../analysis/scoreRows.js";
import {formatDuration} from "../duration.js";
import {nearestNames, printable, RebenchError} from "../errors.js";
import {HUMAN} from "../record/agentLabel.js";
import type {Analyses} from "./analyses.js";
import type {CellValue} from "./content.js";
import {coverageValues} from "./coverageValues.js";
import {crossoverSummary, differenceSummary, endText, scoreSummary} from "./summaries.js";
import {CROSSOVER_FIELDS} from "./valueFields.js";
import {BEST_AGENT, type ValueOf, type ValueSpec} from "./valueSpec.js";

/** What prose quotes; where it, or its interval, is missing, why. */
export type Quoted = {value: CellValue; reason: string | null};

type Row = Record<string, unknown>;
type Found = {row: Row} | {reason: string};

/**
 * The value that a report declares.
 *
 * @param name As declared: named in errors.
 * @throws RebenchError `unknown-agent` or `unknown-environment` for what the store lacks.
 */
export async function quotedValue(name: string, spec: ValueSpec, analyses: Analyses): Promise<Quoted> {
  await checkNames(name, spec, analyses);
  const found = await rowOf(spec, analyses);
  if ("reason" in found) return {value: null, reason: found.reason};
  const value = plain(found.row[spec.field]);
  const isWhole = value !== null && !/no interval/.test(String(value)); // a summary says why it has no interval
  return {value, reason: isWhole ? null : reasonOf(found.row, spec.field)};
}

async function rowOf(spec: ValueSpec, analyses: Analyses): Promise<Found> {
  switch (spec.analysis) {
    case "analyze":
      return budgetRow(spec, analyses);
    case "score-at-k":
      return scoreRow(spec, analyses);
    case "cost":
      return costRow(spec, analyses);
    case "compare":
      return comparedRow(spec, analyses);
    case "participants":
      return participantRow(spec, analyses);
    case "attempts":
      return attemptsRow(spec, analyses);
    case "coverage":
      return coverageValues(spec, await analyses.coverage());
  }
}

/** Lists as one text; what is not there as null. */
function plain(value: unknown): CellValue {
  if (Array.isArray(value)) return value.join(", ");
  return value === undefined ? null : (value as CellValue);
}

/** Rows have one reason, or one for each field under the field's name. */
function reasonOf(row: Row, field: string): string {
  const bare = field.replace(/(Mean|Median|Low|High)?(Seconds|Usd)$/, "");
  const reasons = [row[`${field}Reason`], row[`${bare}Reason`], row.reason, "nothing is recorded of it"];
  return reasons.find((reason) => typeof reason === "string") as string;
}

type Standing = {agent: string; kind: string; score: number | null; environmentCount: number; reason: string | null};

/** The row of the one who is asked for; of the best agent where that is asked for. */
function pick<T extends Standing>(rows: readonly T[], agent: string, where: string): {row: T} | {reason: string} {
  if (agent !== BEST_AGENT) {
    const row = rows.find((each) => each.agent === agent);
    return row ? {row} : {reason: absent(agent, where)};
  }
  const agents = rows.filter(({kind}) => kind === "agent");
  const [best] = agents.filter(({score}) => score !== null).sort(bestFirst);
  if (best) return {row: best};
  const [first] = agents;
  const others = agents.length > 1 ? ` (${agents.length - 1} more have none either)` : "";
  return {reason: `no agent has a score${where}${first === undefined ? "" : `: ${first.agent}: ${first.reason}${others}`}`};
}

const bestFirst = (a: Standing, b: Standing) =>
  b.environmentCount - a.environmentCount || b.score! - a.score! || (a.agent < b.agent ? -1 : 1);

const absent = (agent: string, where: string) =>
  `no attempts of ${agent === HUMAN ? "people" : agent} are in the selection${where === "" ? "" : `,${where}`}`;

/** With the allocation as it is written everywhere, such as 30m@4, and what prose says of a score in one go. */
function withSummary(found: {row: BudgetRow | ScoreRow | DollarsRow} | {reason: string}, digits: number | null): Found {
  if ("reason" in found) return found;
  const {timeLimitSeconds, k, agent} = found.row;
  const allocation = timeLimitSeconds === null || k === null ? null : allocationLabel({timeLimitSeconds, k});
  const summary = scoreSummary({...found.row, allocation}, digits ?? 2);
  return {row: {...found.row, allocation, summary, namedSummary: summary && `${agent}, ${summary}`}};
}

const byOf = ({environment}: {environment: string | null}) => (environment === null ? null : "environment");

/** The environment by its own name: a value may say an alias. */
const isIn =
  ({environment}: {environment: string | null}, {source}: Analyses) =>
  (row: {environment: string | null}) =>
    row.environment === (environment === null ? null : canonical(environment, source));

const canonical = (environment: string, {catalogue}: Analyses["source"]) => catalogue.find(environment)?.name ?? environment;

async function budgetRow(spec: ValueOf<"analyze">, analyses: Analyses): Promise<Found> {
  const {budgets} = await analyses.budgets(byOf(spec));
  const rows = budgets.filter((row) => row.timeBudgetSeconds === spec.budget).filter(isIn(spec, analyses));
  return withSummary(pick(rows, spec.agent, ` at ${formatDuration(spec.budget)}${inText(spec)}`), spec.digits);
}

async function scoreRow(spec: ValueOf<"score-at-k">, analyses: Analyses): Promise<Found> {
  const {rows} = await analyses.scores(byOf(spec));
  const own = rows.filter(({timeLimitSeconds, k}) => timeLimitSeconds === spec.timeLimit && k === spec.k).filter(isIn(spec, analyses));
  return withSummary(
    pick(own, spec.agent, ` at ${allocationLabel({timeLimitSeconds: spec.timeLimit, k: spec.k})}${inText(spec)}`),
    spec.digits,
  );
}

async function costRow(spec: ValueOf<"cost">, analyses: Analyses): Promise<Found> {
  const {attempts, budgets, dollars} = await analyses.costs(byOf(spec));
  const isThere = isIn(spec, analyses);
  if (spec.timeLimit !== null) {
    const row = attempts.filter(isThere).find(({agent, timeLimitSeconds}) => agent === spec.agent && timeLimitSeconds === spec.timeLimit);
    return row ? {row} : {reason: absent(spec.agent, ` at ${formatDuration(spec.timeLimit)}${inText(spec)}`)};
  }
  if (spec.budget !== null) {
    const rows = budgets.filter(({timeBudgetSeconds}) => timeBudgetSeconds === spec.budget).filter(isThere);
    return withSummary(pick(rows, spec.agent, ` at ${formatDuration(spec.budget)}${inText(spec)}`), spec.digits);
  }
  const rows = dollars.filter((row) => row.dollars === spec.dollars).filter(isThere);
  return withSummary(pick(rows, spec.agent, ` for $${spec.dollars}${inText(spec)}`), spec.digits);
}

const inText = ({environment}: {environment: string | null}) => (environment === null ? "" : ` in ${environment}`);

async function comparedRow(spec: ValueOf<"compare">, analyses: Analyses): Promise<Found> {
  let a = spec.agent;
  if (a === BEST_AGENT) {
    const best = await budgetRow({...spec, analysis: "analyze", budget: spec.budget!, environment: null}, analyses);
    if ("reason" in best) return best;
    a = String(best.row.agent);
  }
  const {agentsInStore} = await analyses.best();
  const lacking = [a, spec.with].find((agent) => !agentsInStore.includes(agent)); // people alone: others are checked
  if (lacking !== undefined) return {reason: absent(lacking, "")};
  const fields: readonly string[] = CROSSOVER_FIELDS;
  if (fields.includes(spec.field)) return {row: crossoverRow(await analyses.crossover(a, spec.with))};
  const {rows} = await analyses.differences(a, spec.with);
  const row = rows.find(({timeBudgetSeconds}) => timeBudgetSeconds === spec.budget)!; // every budget that is asked for has one
  return {row: {...row, summary: differenceSummary(row, spec.digits ?? 2)}};
}

function crossoverRow({crossover, crossings, environments}: CurvesComparison): Row {
  const {budgetSeconds, low, high, from, to, reason} = crossover;
  const endOf = (end: typeof low) => (end?.bound === "at" ? end.budgetSeconds : end && endText(end));
  return {
    ...{crossover: budgetSeconds, crossoverLow: endOf(low), crossoverHigh: endOf(high), crossoverFrom: from, crossoverTo: to},
    ...{crossings: crossings.length, crossoverSummary: crossoverSummary(crossover), environments, reason},
  };
}

async function participantRow(spec: ValueOf<"participants">, analyses: Analyses): Promise<Found> {
  const {rows} = await analyses.participants();
  const [table, name] =
    spec.agent !== null ? ["agent", spec.agent] : spec.cohort !== null ? ["cohort", spec.cohort] : ["environment", null];
  const wanted = name ?? canonical(spec.environment!, analyses.source);
  const own = rows.filter((row) => row.table === table && row.name === wanted);
  const row = own.find(({timeLimitSeconds}) => (spec.timeLimit === null ? true : timeLimitSeconds === spec.timeLimit));
  const at = spec.timeLimit === null ? "" : ` at ${formatDuration(spec.timeLimit)}`;
  const who =
    table === "agent" ? absent(wanted, at) : `no people's attempts${table === "cohort" ? " of the cohort" : " in"} ${wanted}${at}`;
  return row ? {row} : {reason: who}; // the first row of several is that of all limits together
}

async function attemptsRow(spec: ValueOf<"attempts">, analyses: Analyses): Promise<Found> {
  const {rows} = await analyses.best();
  const {agent} = spec;
  const environment = spec.environment === null ? null : canonical(spec.environment, analyses.source);
  const own = rows
    .filter((row) => environment === null || row.environment === environment)
    .filter((row) => agent === null || (agent === BEST_AGENT ? row.kind === "agent" : row.agent === agent));
  const counts = {
    attempts: own.reduce((sum, {attempts}) => sum + attempts, 0),
    agents: new Set(own.filter(({kind}) => kind === "agent").map((row) => row.agent)).size,
    environments: new Set(own.map((row) => row.environment)).size,
  };
  const [best] = [...own].sort((a, b) => b.score - a.score || (a.attemptId < b.attemptId ? -1 : 1));
  return {row: {...best, ...counts, reason: "no such attempts are in the selection"}};
}

/** A name with a typing error must not look like no attempts. */
async function checkNames(name: string, spec: ValueSpec, analyses: Analyses): Promise<void> {
  const agents = [spec.analysis === "compare" ? spec.with : null, "agent" in spec ? spec.agent : null];
  const wanted = agents.filter((agent) => agent !== null && agent !== HUMAN && agent !== BEST_AGENT) as string[];
  const environment = "environment" in spec ? spec.environment : null;
  if (wanted.length === 0 && environment === null) return;
  const {agentsInStore, environments} = await analyses.best();
  for (const agent of wanted) if (!agentsInStore.includes(agent)) throw unknownName("unknown-agent", name, "agent", agent, agentsInStore);
  if (environment === null || analyses.source.catalogue.find(environment) !== undefined) return;
  const known = environments.map((each) => each.name);
  if (!known.includes(environment)) throw unknownName("unknown-environment", name, "environment", environment, known);
}

function unknownName(code: "unknown-agent" | "unknown-environment", value: string, what: string, wanted: string, known: readonly string[]) {
  const near = nearestNames(wanted, known).map((each) => `"${printable(each)}"`);
  const hint = near.length > 0 ? `; did you mean ${near.join(" or ")}?` : "";
  return new RebenchError(code, {
    problem: `params.json: values.${value}.${what}: the store has no ${what} "${printable(wanted)}"${hint}`,
    hint: `It has: ${known.map(printable).join(", ") || "none"}. People are: ${HUMAN}; the best at that place: ${BEST_AGENT}.`,
  });
}
