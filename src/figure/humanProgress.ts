import type {TopLevelSpec} from "vega-lite";
import {formatDuration} from "../duration.js";
import {SCORE_SCALE, sentences} from "./captionText.js";
import type {FigureContext} from "./figureContext.js";
import {timeAxis, valueAxis} from "./layout/axes.js";
import {isWide} from "./layout/isWide.js";
import type {Layer} from "./layout/layer.js";
import {panelFigure} from "./layout/panelFigure.js";
import {marginLabels} from "./marks/marginLabels.js";
import {markText} from "./marks/markText.js";
import {coverageText, peopleText, rounded, scoreText} from "./text.js";

/** Scores that people had reached at a time: means over environments of each one's mean and percentiles. */
export type HumanProgressFigureRow = {
  timeSeconds: number;
  mean: number;
  p10: number;
  p25: number;
  p50: number;
  p75: number;
  p90: number;
  environmentCount: number;
  environmentTotal: number;
  attempts: number;
};

const HEIGHT_PX = {narrow: 180, wide: 260};
const TICKS = 6;
const PEOPLE = {agent: "human", kind: "human"} as const;
const EDGES = [
  ["p90", 90],
  ["p75", 75],
  ["p25", 25],
  ["p10", 10],
] as const;

/** People's scores over the time they worked: figure 4 of the paper. The mean, the median, and bands of percentiles. */
export function humanProgress(rows: readonly HumanProgressFigureRow[], context: FigureContext): TopLevelSpec {
  const sorted = [...rows].sort((a, b) => a.timeSeconds - b.timeSeconds).map(drawn);
  const last = sorted.at(-1)!;
  const y = valueAxis([0, ...sorted.flatMap(({mean, p10, p50, p90}) => [mean, p10, p50, p90])], TICKS);
  const shareOf = (score: number) => (y.domain[1] - score) / (y.domain[1] - y.domain[0]);
  const edges = EDGES.map(([field, percentile]) => ({text: peopleText(percentile), y: shareOf(last[field])}));
  const labels = marginLabels(
    [...edges.slice(0, 2), {text: "Mean", y: shareOf(last.mean)}, {text: "Median", y: shareOf(last.p50)}, ...edges.slice(2)],
    context,
  );
  return panelFigure(
    {
      title: "People's scores over time",
      description: describe(sorted),
      caption: captionOf(sorted),
      panels: [
        {
          title: null,
          layers: (plot) => [
            ...marks(sorted, {x: timeAxis(last.timeSeconds, plot.widthPx, context), y: y.encoding}, context),
            ...labels.layers(plot),
          ],
        },
      ],
      columns: 1,
      plotHeightPx: isWide(context) ? HEIGHT_PX.wide : HEIGHT_PX.narrow,
      xTitle: "Time worked",
      yTitle: "Normalized score",
      yLabels: y.labels,
      rightPx: labels.rightPx,
    },
    context,
  );
}

type Drawn = ReturnType<typeof drawn>;

const drawn = (row: HumanProgressFigureRow) => {
  const {timeSeconds, mean, p10, p25, p50, p75, p90} = row;
  const scores = {mean: rounded(mean), p10: rounded(p10), p25: rounded(p25), p50: rounded(p50), p75: rounded(p75), p90: rounded(p90)};
  const text = `${formatDuration(timeSeconds)}: mean ${scoreText(mean)}, median ${scoreText(p50)}, 10 to 90 % of people ${scoreText(p10)} to ${scoreText(p90)}, n = ${row.attempts}, ${coverageText(row)}`;
  return {...row, ...scores, name: markText(PEOPLE), text: markText(PEOPLE, text)};
};

function marks(values: readonly Drawn[], axes: {x: object; y: object}, context: FigureContext): Layer[] {
  const {theme} = context;
  const {color} = context.styleOf(PEOPLE);
  const x = {field: "timeSeconds", type: "quantitative", ...axes.x};
  const y = (field: string) => ({field, type: "quantitative", ...axes.y});
  const description = {field: "name", type: "nominal"};
  const band = (low: string, high: string): Layer => ({
    data: {values},
    mark: {type: "area", color, opacity: theme.bandOpacity, line: false},
    encoding: {x, y: y(low), y2: {field: high}, description},
  });
  const line = (field: string, look: object): Layer => ({
    data: {values},
    mark: {type: "line", color, strokeCap: "round", strokeJoin: "round", ...look},
    encoding: {x, y: y(field), description},
  });
  const end: Layer = {
    data: {values: values.slice(-1)},
    mark: {type: "point", shape: "circle", filled: true, size: theme.pointArea, color, opacity: 1},
    encoding: {x, y: y("mean"), description: {field: "text", type: "nominal"}},
  };
  return [
    band("p10", "p90"),
    band("p25", "p75"),
    line("p50", {strokeWidth: theme.lineWidth * 0.6, strokeDash: [4, 3]}),
    line("mean", {strokeWidth: theme.lineWidth}),
    end,
  ];
}

const TOLD_SECONDS = [2, 4, 8].map((hours) => hours * 3600);

/** The scores after 2, 4 and 8 hours, or at the last time there is. */
function describe(rows: readonly Drawn[]): string {
  const some = rows.filter(({timeSeconds}) => TOLD_SECONDS.includes(timeSeconds));
  const told = (some.length > 0 ? some : rows.slice(-1)).map(
    ({timeSeconds, mean, p10, p50, p90}) =>
      `After ${formatDuration(timeSeconds)}: mean ${scoreText(mean)}, median ${scoreText(p50)}, 10th to 90th percentile ${scoreText(p10)} to ${scoreText(p90)}.`,
  );
  return `Normalized score (0 = starting solution, 1 = reference) that people had reached over the time they worked. ${told.join(" ")}`;
}

function captionOf(rows: readonly Drawn[]): string {
  const last = rows.at(-1)!;
  return sentences(
    SCORE_SCALE,
    "Scores that people had reached by a time: the mean (solid), the median (dashed) and bands from the 10th to the 90th and from the 25th to the 75th percentile, each the unweighted mean over environments of what it is there.",
    `“${peopleText(90)}” stands where 90 % of people were at or below the line.`,
    `n = ${last.attempts} attempts in ${coverageText(last)}.`,
  );
}
