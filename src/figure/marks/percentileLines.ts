import type {FigureContext} from "../figureContext.js";
import type {Layer} from "../layout/layer.js";
import {peopleText, rounded, scoreText} from "../text.js";
import type {MarginLabel} from "./marginLabels.js";
import {markText} from "./markText.js";

/** A percentile of people's final scores. */
export type PeopleFigureRow = {
  /** In [0, 100]. */
  percentile: number;
  score: number;
  attempts: number;
};

const PEOPLE = {agent: "human", kind: "human"} as const;

/** Thin dashed lines across a plot where these percentiles of people ended. */
export function percentileLines(people: readonly PeopleFigureRow[], y: object, {theme, styleOf}: FigureContext): Layer {
  const values = people.map(({percentile, score, attempts}) => {
    const text = `${peopleText(percentile)} at or below ${scoreText(score)}, n = ${attempts}`;
    return {y: rounded(score), text: markText(PEOPLE, text)};
  });
  const {color} = styleOf(PEOPLE);
  return {
    data: {values},
    mark: {type: "rule", color, opacity: LINE_OPACITY, strokeWidth: theme.lineWidth * 0.5, strokeDash: [3, 2.5]},
    encoding: {y: {field: "y", type: "quantitative", ...y}, description: {field: "text", type: "nominal"}},
  };
}

const LINE_OPACITY = 0.75;

/** Their names, for the margin beside a plot with this scale; the highest percentile first, where several have one score. */
export const percentileLabels = (
  people: readonly PeopleFigureRow[],
  [low, high]: readonly [number, number],
  textOf: (percentile: number) => string,
): MarginLabel[] =>
  [...people]
    .sort((a, b) => b.percentile - a.percentile)
    .map(({percentile, score}) => ({text: textOf(percentile), y: (high - rounded(score)) / (high - low)}));
