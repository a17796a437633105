import type {ScoreRule} from "../environment/environment.js";
import {naturalFromRaw} from "../environment/naturalScore.js";
import type {RawLog} from "../score/runningRawScore.js";
import {type AttemptGroup, attemptRows} from "../store/attemptRows.js";
import {keptEnvironments} from "../store/environmentVersions.js";
import type {Source} from "./context.js";
import {Definitions} from "./definitions.js";
import type {ScoredAttempt} from "./scoredAttempt.js";
import type {AnalysisOptions} from "./settings.js";

/** A selected attempt with its score log in the environment's natural units, and what counts of it. */
export type RawAttempt = {attempt: ScoredAttempt; log: RawLog; rule: ScoreRule; higherIsBetter: boolean};

export type RawLogs = {
  raw: RawAttempt[];
  /** Attempts without a score log. */
  unlogged: number;
  /** Attempts that have a score log, which their source stores normalized. */
  normalized: number;
  /** Attempts with a raw score log that count as 0, whatever it says. */
  zeroed: number;
};

/**
 * The raw score logs of selected attempts. Attempts that count as 0 (by a flag, or lost to infrastructure) are left out: what their
 * logs hold is not what they count with.
 */
export async function rawLogs(
  {connection, catalogue}: Source,
  attempts: readonly ScoredAttempt[],
  {flagged}: Pick<AnalysisOptions, "flagged">,
): Promise<RawLogs> {
  const definitions = new Definitions(catalogue, await keptEnvironments(connection));
  const wanted = new Map(attempts.filter(({log}) => log !== null).map((attempt) => [attempt.attemptId, attempt]));
  const isZero = (attempt: ScoredAttempt, {status}: AttemptGroup) =>
    status === "error" || attempt.flags.some((flag) => Object.hasOwn(flagged, flag) && flagged[flag] === "zero");
  const result: RawLogs = {raw: [], unlogged: attempts.length - wanted.size, normalized: 0, zeroed: 0};
  const names = (of: (attempt: ScoredAttempt) => string) => [...new Set(attempts.map(of))].sort();
  const filter = {agents: names(({agent}) => agent), environments: names(({environment}) => environment)};
  for await (const some of (await attemptRows(connection, filter)).rows) {
    for (const {group, attemptId, logSeconds, logScores} of some) {
      const attempt = wanted.get(attemptId);
      if (attempt === undefined) continue;
      if (group.scoreScale === "normalized") ++result.normalized;
      else if (isZero(attempt, group)) ++result.zeroed;
      else {
        const {rawScore, scoreRule, direction} = definitions.of(group);
        const natural = (score: number | null) => (score === null ? null : finite(naturalFromRaw(rawScore.transform, score)));
        const log = {workingSeconds: logSeconds!, scores: logScores!.map(natural)};
        result.raw.push({attempt, log, rule: scoreRule, higherIsBetter: direction === "higher"});
      }
    }
  }
  return result;
}

/** A raw score whose natural value is too large for a number cannot be shown. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
