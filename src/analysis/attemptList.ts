import type {Environment} from "../environment/environment.js";
import {naturalFromRaw} from "../environment/naturalScore.js";
import {currentFlags} from "../record/currentFlags.js";
import {rawScore} from "../score/normalize.js";
import {type AttemptGroup, type AttemptRow, attemptRows} from "../store/attemptRows.js";
import {keptEnvironments} from "../store/environmentVersions.js";
import {flagHistories} from "../store/flagEvents.js";
import {canNormalize, normalizer} from "./constantsInForce.js";
import type {Source} from "./context.js";
import {Definitions} from "./definitions.js";
import {groupBy} from "./groupBy.js";
import {finalScore, normalizedLog} from "./scoredAttempt.js";
import {DEFAULT_OPTIONS} from "./settings.js";

/** One attempt as people read it. */
export type AttemptListRow = {
  attemptId: string;
  agent: string;
  kind: "agent" | "human";
  environment: string;
  timeLimitSeconds: number | null;
  status: "finished" | "error";
  /** Null where there is no valid score, or where the source floored it away. */
  naturalScore: number | null;
  naturalUnit: string;
  /** As stored, or with the constants in force (null where there are none); neither floored nor changed by flags. */
  normalizedScore: number | null;
  flags: string[];
};

export type AttemptFilter = {agents: string[] | null; environments: string[] | null; withFlag: string | null; top: number | null};

/** Attempts by environment, best first; the `top` of each environment where that is set. */
export async function attemptList(
  {connection, catalogue}: Source,
  {agents, environments, withFlag, top}: AttemptFilter,
): Promise<AttemptListRow[]> {
  const definitions = new Definitions(catalogue, await keptEnvironments(connection));
  const names = environments?.map((name) => definitions.named(name).name) ?? null;
  const normalize = normalizer(DEFAULT_OPTIONS, definitions);
  const histories = await flagHistories(connection, "all");
  const rowOf = (stored: AttemptRow): AttemptListRow => {
    const {group, attemptId} = stored;
    const definition = definitions.of(group);
    const score = countedScore(stored, definition);
    const {agent, kind, environment, timeLimitSeconds, status} = group;
    return {
      attemptId,
      agent,
      kind,
      environment,
      timeLimitSeconds,
      status,
      naturalScore: naturalScore(score, group, definition),
      naturalUnit: definition.rawScore.naturalUnit,
      normalizedScore: score === null || !canNormalize(group, definition) ? null : normalize.for(group, definition).normalized(score),
      flags: currentFlags(histories.get(attemptId) ?? []),
    };
  };
  const shown: AttemptListRow[] = [];
  for await (const some of (await attemptRows(connection, {agents, environments: names})).rows) {
    for (const row of some.map(rowOf)) if (withFlag === null || row.flags.includes(withFlag)) shown.push(row);
  }
  const groups = [...groupBy(shown, ({environment}) => environment)].sort(([a], [b]) => (a < b ? -1 : 1));
  return groups.flatMap(([, own]) => own.sort(bestFirst).slice(0, top ?? own.length));
}

/** The score that an attempt counts with, on the scale it is stored on: entries after its limit are not among them. */
function countedScore(row: AttemptRow, {direction}: Environment): number | null {
  const {timeLimitSeconds, scoreScale} = row.group;
  if (timeLimitSeconds === null) return row.finalScore;
  const sign = scoreScale === "raw" && direction === "lower" ? -1 : 1; // scores are compared as higher is better
  const signed = (score: number) => sign * score;
  const counted = finalScore(row, normalizedLog(row, signed), timeLimitSeconds, signed);
  return counted === null ? null : sign * counted;
}

const bestFirst = (a: AttemptListRow, b: AttemptListRow) =>
  (b.normalizedScore ?? Number.NEGATIVE_INFINITY) - (a.normalizedScore ?? Number.NEGATIVE_INFINITY) || (a.attemptId < b.attemptId ? -1 : 1);

function naturalScore(
  score: number | null,
  {scoreScale, startingScore, referenceScore}: AttemptGroup,
  {rawScore: {transform}}: Environment,
): number | null {
  if (score === null) return null;
  if (scoreScale === "raw") return naturalFromRaw(transform, score);
  const flooredAway = score <= 0;
  if (flooredAway || startingScore === null || referenceScore === null) return null;
  return naturalFromRaw(transform, rawScore(score, {startingScore, referenceScore}));
}
