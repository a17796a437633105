import {attemptUsage} from "../store/attemptUsage.js";
import {contextOf, type Source} from "./context.js";
import {groupBy} from "./groupBy.js";
import {ABOVE_SCORE, type ParticipantRow, type ParticipantTable, participantRow, type RowFacts} from "./participantRow.js";
import type {ScoredAttempt} from "./scoredAttempt.js";
import type {Selected} from "./select.js";
import type {AnalysisOptions, Warning} from "./settings.js";
import {type SelectionSettings, selectionSettings} from "./settingsInForce.js";

export {ABOVE_SCORE, type ParticipantRow, type ParticipantTable} from "./participantRow.js";

export type Participants = {rows: ParticipantRow[]; settings: SelectionSettings; warnings: Warning[]};

export type ParticipantsOptions = AnalysisOptions & {tables: readonly ParticipantTable[]; wageUsdPerHour: number};

/** How each number is made, as sentences. */
const DEFINITIONS = {
  scores: "normalized; attempts count alike, whatever their environment",
  scoreCallsPerHour: "entries of the score logs, valid or not, over the hours worked in those attempts",
  improvement:
    "a valid score-log entry above the starting score and all before it, at most 1 % after the limit; medians over the attempts that have one",
  dollarsPerHour: "people: the wage; agents: the recorded nominal cost over the hours worked in those attempts",
} as const;

/**
 * How attempts went: scores, pace and dollars by agent, by people's cohort and by environment (people). Where attempts
 * have several time limits there is a row for all of them together, and one for each.
 *
 * @param options Of the selection and the scale of scores; the others change nothing.
 */
export async function participants(source: Source, options: ParticipantsOptions): Promise<Participants> {
  const context = await contextOf(source, options, () => []);
  const facts = {wageUsdPerHour: options.wageUsdPerHour, nominalCostUsd: await nominalCosts(source, context.selected, options)};
  const {tables, wageUsdPerHour} = options;
  return {
    rows: tables.flatMap((table) => tableRows(table, context.selected.attempts, facts)),
    settings: selectionSettings(context, options, {tables, aboveScore: ABOVE_SCORE, wageUsdPerHour, ...DEFINITIONS}),
    warnings: [...context.warnings],
  };
}

/** Recorded nominal costs by attempt. */
async function nominalCosts({connection}: Source, {environments}: Selected, {agents}: AnalysisOptions): Promise<Map<string, number>> {
  const usage = await attemptUsage(connection, {agents, environments: environments.map(({name}) => name)});
  return new Map(usage.flatMap(({attemptId, nominalCostUsd}) => (nominalCostUsd === null ? [] : [[attemptId, nominalCostUsd]])));
}

const NAME: Record<ParticipantTable, (attempt: ScoredAttempt) => string | null> = {
  agent: ({agent}) => agent,
  cohort: ({cohort}) => cohort,
  environment: ({environment}) => environment,
};

function tableRows(table: ParticipantTable, attempts: readonly ScoredAttempt[], facts: RowFacts): ParticipantRow[] {
  const own = table === "agent" ? attempts : attempts.filter(({kind}) => kind === "human");
  const groups = [...groupBy(own, (attempt) => JSON.stringify([attempt.kind, NAME[table](attempt)]))].sort(([a], [b]) => (a < b ? -1 : 1));
  return groups.flatMap(([, group]) => limitRows({table, name: NAME[table](group[0]!)}, group, facts));
}

/** A row for attempts of all limits, and one for each limit where there are several. */
function limitRows(about: Pick<ParticipantRow, "table" | "name">, attempts: readonly ScoredAttempt[], facts: RowFacts): ParticipantRow[] {
  const limits = [...groupBy(attempts, ({timeLimitSeconds}) => timeLimitSeconds)].sort(([a], [b]) => a - b);
  const each = limits.map(([timeLimitSeconds, own]) => participantRow({...about, timeLimitSeconds}, own, facts));
  return each.length === 1 ? each : [participantRow({...about, timeLimitSeconds: null}, attempts, facts), ...each];
}
