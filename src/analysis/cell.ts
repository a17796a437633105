import {formatDuration} from "../duration.js";
import type {Environment} from "../environment/environment.js";
import type {EnvironmentScores} from "../score/aggregate.js";
import {groupBy} from "./groupBy.js";
import type {ScoredAttempt} from "./scoredAttempt.js";
import type {Series} from "./series.js";

/** The scores of a series at one time limit, made there or seen there in longer attempts. */
export type Cell = {
  timeLimitSeconds: number;
  slicedFromSeconds: number | null;
  environments: EnvironmentScores[];
  /** Why nothing can be said, although there are attempts; null otherwise. */
  reason: string | null;
  /** Attempts of longer limits that have no scores over time, left out of a slice. */
  notSeen: number;
};

export type CellOptions = {
  definitions: ReadonlyMap<string, Environment>;
  clock: "working" | "wall";
  /** Environments that count, and which option says so; null for all. */
  only: {environments: ReadonlySet<string>; option: "--common" | "--require-all"} | null;
};

/** The scores at `timeLimitSeconds`, by environment in the order of names, attempts in the order of ids. */
export function cellOf(
  {attempts}: Pick<Series, "attempts">,
  {timeLimitSeconds, slicedFromSeconds}: {timeLimitSeconds: number; slicedFromSeconds: number | null},
  {definitions, clock, only}: CellOptions,
): Cell {
  const limit = slicedFromSeconds ?? timeLimitSeconds;
  const atLimit = attempts.filter((attempt) => attempt.timeLimitSeconds === limit);
  const made = only === null ? atLimit : atLimit.filter(({environment}) => only.environments.has(environment));
  const seen = slicedFromSeconds === null ? made : made.filter(({scoreAt}) => scoreAt !== null);
  const scoreOf = (attempt: ScoredAttempt) => (slicedFromSeconds === null ? attempt.score : attempt.scoreAt!(timeLimitSeconds));
  const environments = [...groupBy(seen, ({environment}) => environment)]
    .map(([environment, own]) => ({
      environment,
      combine: definitions.get(environment)!.combine,
      scores: own.map(scoreOf),
      people: own.map(({person}) => person),
    }))
    .sort((a, b) => (a.environment < b.environment ? -1 : 1));
  const outside = atLimit.length - made.length;
  const nothing = () =>
    made.length === 0 && outside > 0 ? nothingInside(only!.option, outside, limit) : nothingThere(made, timeLimitSeconds);
  const reason = environments.length === 0 ? nothing() : clock === "wall" ? withoutPauses(seen) : null;
  return {timeLimitSeconds, slicedFromSeconds, environments, reason, notSeen: made.length - seen.length};
}

const INSIDE = {"--common": "an environment that all rows share", "--require-all": "one of the seven environments of RE-Bench"};

const nothingInside = (option: keyof typeof INSIDE, outside: number, limitSeconds: number): string =>
  `${option}: none of the ${outside} attempts at ${formatDuration(limitSeconds)} is in ${INSIDE[option]}`;

function nothingThere(made: readonly ScoredAttempt[], timeLimitSeconds: number): string {
  const at = formatDuration(timeLimitSeconds);
  return made.length === 0 ? `no attempts at ${at}` : `no score logs to see ${made.length} longer attempts at ${at}`;
}

function withoutPauses(attempts: readonly ScoredAttempt[]): string | null {
  const without = attempts.filter(({hasPauses}) => !hasPauses);
  if (without.length === 0) return null;
  const sources = [...new Set(without.map(({sourceFile}) => sourceFile))].sort().join(", ");
  return `wall clock unknown: ${sources} records no pauses for ${without.length} of ${attempts.length} attempts`;
}
