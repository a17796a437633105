import {calibrationSentence, SCORE_SCALE, sentences} from "../captionText.js";
import type {FigureContext, Participant} from "../figureContext.js";
import {attemptsText, coverageText, intervalText, rangeText, rounded, scoreText} from "../text.js";
import {inOrder} from "./inOrder.js";
import type {LineRow} from "./lineWithBand.js";
import type {PeopleFigureRow} from "./percentileLines.js";

/** Score@k of a participant at a time limit; null where there is none. */
export type ScoreAtKFigureRow = Participant & {
  timeLimitSeconds: number;
  k: number;
  score: number | null;
  low: number | null;
  high: number | null;
  attempts: number;
  environmentCount: number;
  environmentTotal: number;
  /** Whether intervals of this kind hold the truth about as often as they say; null without an interval. */
  calibrated: boolean | null;
};

type Scored<Row> = Row & {score: number};

/** Agents' rows with a score, in the order of participants, time limits and k. People are not among them: their limits are others. */
export const scoredAgents = <Row extends ScoreAtKFigureRow>(rows: readonly Row[]): Scored<Row>[] =>
  rows
    .filter((row): row is Scored<Row> => row.kind === "agent" && row.score !== null)
    .sort((a, b) => inOrder(a, b) || a.timeLimitSeconds - b.timeLimitSeconds || a.k - b.k);

/** A point of a line over k. */
export function scoreAtKLineRow(row: Scored<ScoreAtKFigureRow>): LineRow {
  const {agent, kind, timeLimitSeconds, k, score, low, high, attempts, environmentCount, environmentTotal} = row;
  const text = `best of ${k} ${attemptsText(timeLimitSeconds)}: ${scoreText(score)}${rangeText(low, high)}, n = ${attempts}${environmentTotal === 1 ? "" : `, ${coverageText(row)}`}`;
  const interval = low === null || high === null ? {low: null, high: null} : {low: rounded(low), high: rounded(high)};
  return {agent, kind, x: k, y: rounded(score), ...interval, partial: environmentCount < environmentTotal, text};
}

/** All scores that an axis has to hold. */
export const scoresIn = (rows: readonly Scored<ScoreAtKFigureRow>[], people: readonly PeopleFigureRow[]): number[] => [
  0,
  ...rows.flatMap(({score, low, high}) => [score, low ?? score, high ?? score].map(rounded)),
  ...people.map(({score}) => rounded(score)),
];

export const limitsIn = (rows: readonly ScoreAtKFigureRow[]): number[] =>
  [...new Set(rows.map(({timeLimitSeconds}) => timeLimitSeconds))].sort((a, b) => a - b);

/** What is drawn, and what the lines of people are. */
export const scoreAtKCaption = (
  rows: readonly Scored<ScoreAtKFigureRow>[],
  people: readonly PeopleFigureRow[],
  {where, context}: {where: string; context: FigureContext},
): string =>
  sentences(
    SCORE_SCALE,
    `Score@k: expected best of k attempts${where}, against k (where scores are hidden, their mean); bands are ${intervalText(context)}.`,
    people.length === 0
      ? "There are no attempts by people to compare with."
      : `Dashed lines: where people ended, the score that this share of their ${rangeOf(people.map(({attempts}) => attempts))} attempts is at or below${where}.`,
    calibrationSentence(rows),
  );

const rangeOf = (counts: readonly number[]): string => [...new Set([Math.min(...counts), Math.max(...counts)])].join(" to ");
