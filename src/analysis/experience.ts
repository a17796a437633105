import {mean} from "simple-statistics";
import {averageRanks} from "../stats/averageRanks.js";
import {quantiles} from "../stats/quantile.js";
import {attemptExperience} from "../store/attemptExperience.js";
import {contextOf, type Source} from "./context.js";
import {groupBy} from "./groupBy.js";
import {scopeSettings} from "./scopeSettings.js";
import type {ScoredAttempt} from "./scoredAttempt.js";
import type {AnalysisOptions, Warning} from "./settings.js";
import {type SelectionSettings, selectionSettings} from "./settingsInForce.js";
import {wholeParticipants} from "./wholeParticipants.js";

/** The experience of the people behind a fifth of the attempts. */
export type ExperienceRow = {
  /** 1: the lowest scores of their environments; 5: the highest. */
  quintile: number;
  /** Attempts whose person's experience is recorded. */
  attempts: number;
  /** Different people behind them; null where some attempts name nobody. */
  people: number | null;
  /** Over attempts, so that a person counts once for each. */
  medianYears: number;
  p25Years: number;
  p75Years: number;
  meanYears: number;
  /** The least and the largest normalized score among them. */
  lowScore: number;
  highScore: number;
};

/** One attempt. */
export type ExperiencePoint = {
  attemptId: string;
  environment: string;
  quintile: number;
  years: number;
  /** Normalized. */
  score: number;
};

export type Experience = {
  /** Quintiles with attempts, ascending. */
  rows: ExperienceRow[];
  /** By id of the attempt. */
  points: ExperiencePoint[];
  /** Why there are no rows; null where there are some. */
  reason: string | null;
  settings: SelectionSettings;
  warnings: Warning[];
};

const EXPERIENCE_RULES = {
  quintile:
    "⌈5 · rank / (n + 1)⌉ of the normalized final score among all n attempts by people in the same environment (equal scores share their mean rank), then pooled, so that environments do not differ; attempts without years of experience are ranked and then left out",
  years: "quartiles and mean over attempts",
} as const;

/**
 * People's years of experience by the quintile of their score within the environment.
 *
 * @see arXiv 2411.15114, figure 23.
 */
export async function experience(source: Source, asked: AnalysisOptions): Promise<Experience> {
  const {options, warnings} = wholeParticipants(asked);
  const context = await contextOf(source, options, () => []);
  const {only} = context.cellOptions;
  const people = context.selected.attempts.filter(
    ({kind, environment}) => kind === "human" && (only?.environments.has(environment) ?? true),
  );
  const recorded = await attemptExperience(source.connection);
  const yearsOf = new Map(recorded.map(({attemptId, yearsExperience}) => [attemptId, yearsExperience]));
  const ranked = [...groupBy(people, ({environment}) => environment).values()].flatMap(withQuintiles);
  const placed = ranked.flatMap(({attempt, quintile}): Placed[] => {
    const years = yearsOf.get(attempt.attemptId) ?? null;
    return years === null ? [] : [{attempt, quintile, years}];
  });
  return {
    rows: [...groupBy(placed, ({quintile}) => quintile)].sort(([a], [b]) => a - b).map(([quintile, own]) => rowOf(quintile, own)),
    points: placed.map(pointOf).sort((a, b) => (a.attemptId < b.attemptId ? -1 : 1)),
    reason: placed.length > 0 ? null : noYears(people.length),
    settings: selectionSettings(context, options, {...EXPERIENCE_RULES, ...scopeSettings(context, options)}),
    warnings: [...context.warnings, ...warnings, ...withoutYears(people.length - placed.length, people.length)],
  };
}

type Placed = {attempt: ScoredAttempt; quintile: number; years: number};

/** The quintile of each of the attempts of an environment. Five times a rank over a whole number is exact where it is whole. */
function withQuintiles(attempts: readonly ScoredAttempt[]): {attempt: ScoredAttempt; quintile: number}[] {
  const ranks = averageRanks(attempts.map(({score}) => score));
  return attempts.map((attempt, i) => ({attempt, quintile: Math.ceil((5 * ranks[i]!) / (attempts.length + 1))}));
}

function rowOf(quintile: number, own: readonly Placed[]): ExperienceRow {
  const years = own.map((each) => each.years);
  const scores = own.map(({attempt}) => attempt.score);
  const persons = own.map(({attempt}) => attempt.person);
  const [p25, median, p75, lowScore, highScore] = [...quantiles(years, [0.25, 0.5, 0.75]), ...quantiles(scores, [0, 1])];
  return {
    quintile,
    attempts: own.length,
    people: persons.includes(null) ? null : new Set(persons).size,
    medianYears: median!,
    p25Years: p25!,
    p75Years: p75!,
    meanYears: mean(years),
    lowScore: lowScore!,
    highScore: highScore!,
  };
}

const pointOf = ({attempt: {attemptId, environment, score}, quintile, years}: Placed): ExperiencePoint => ({
  attemptId,
  environment,
  quintile,
  years,
  score,
});

const noYears = (people: number): string =>
  people === 0
    ? "there are no attempts by people in the selection"
    : `none of the ${people} attempts by people records years of experience: import people's results with participant.yearsExperience`;

function withoutYears(without: number, people: number): Warning[] {
  if (without === 0 || without === people) return [];
  const message = `${without} of ${people} attempts by people record no years of experience and are left out`;
  return [{code: "no-experience", agent: "human", message}];
}
