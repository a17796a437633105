import type {Environment} from "../environment/environment.js";
import {naturalFromRaw} from "../environment/naturalScore.js";
import {currentFlags} from "../record/currentFlags.js";
import {rawScore} from "../score/normalize.js";
import {type AttemptRow, attemptRows} from "../store/attemptRows.js";
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
  const rows = (await attemptRows(connection, {agents, environments: names})).map((stored): AttemptListRow => {
    const environment = definitions.of(stored);
    const row = {...stored, finalScore: countedScore(stored, environment)};
    const {attemptId, agent, kind, timeLimitSeconds, status} = row;
    return {
      attemptId,
      agent,
      kind,
      environment: row.environment,
      timeLimitSeconds,
      status,
      naturalScore: naturalScore(row, environment),
      naturalUnit: environment.rawScore.naturalUnit,
      normalizedScore:
        row.finalScore === null || !canNormalize(row, environment) ? null : normalize.for(row, environment).normalized(row.finalScore),
      flags: currentFlags(histories.get(attemptId) ?? []),
    };
  });
  const shown = withFlag === null ? rows : rows.filter(({flags}) => flags.includes(withFlag));
  const groups = [...groupBy(shown, ({environment}) => environment)].sort(([a], [b]) => (a < b ? -1 : 1));
  return groups.flatMap(([, own]) => own.sort(bestFirst).slice(0, top ?? own.length));
}

/** The score that an attempt counts with, on the scale it is stored on: entries after its limit are not among them. */
function countedScore(row: AttemptRow, {direction}: Environment): number | null {
  if (row.timeLimitSeconds === null) return row.finalScore;
  const sign = row.scoreScale === "raw" && direction === "lower" ? -1 : 1; // scores are compared as higher is better
  const counted = finalScore(
    row,
    normalizedLog(row, (score) => sign * score),
    row.timeLimitSeconds,
    (score) => sign * score,
  );
  return counted === null ? null : sign * counted;
}

const bestFirst = (a: AttemptListRow, b: AttemptListRow) =>
  (b.normalizedScore ?? Number.NEGATIVE_INFINITY) - (a.normalizedScore ?? Number.NEGATIVE_INFINITY) || (a.attemptId < b.attemptId ? -1 : 1);

function naturalScore(
  {finalScore, scoreScale, startingScore, referenceScore}: AttemptRow,
  {rawScore: {transform}}: Environment,
): number | null {
  if (finalScore === null) return null;
  if (scoreScale === "raw") return naturalFromRaw(transform, finalScore);
  const flooredAway = finalScore <= 0;
  if (flooredAway || startingScore === null || referenceScore === null) return null;
  return naturalFromRaw(transform, rawScore(finalScore, {startingScore, referenceScore}));
}
