import type {AggregateRow, ProfileRow} from "../analysis/aggregates.js";
import {groupBy} from "../analysis/groupBy.js";
import {coverageText, intervalText, limitText, type Section, scoreText, seriesKey} from "./printScores.js";
import {bold, dim, table} from "./terminal.js";

type Mark = (reason: string) => string;
type Shown = {value: number | null; low: number | null; high: number | null; reason: string | null; degenerate: boolean};

/** Each name once, over the rows of its time limits and k; every number with its interval below it. */
export function aggregateTable(rows: Section<AggregateRow>["rows"], mark: Mark): string {
  const head = ["", "limit", "k", "score@k", "IQM", "gap", "rank, %"];
  const lines = rows.map((row, i) => [
    i > 0 && seriesKey(row) === seriesKey(rows[i - 1]!) ? "" : row.name,
    `${limitText(row)}\n${dim(coverageText(row))}`,
    String(row.k),
    cell({...row, value: row.score}, mark),
    cell(middleOf(row), mark),
    cell(gapOf(row), mark),
    cell(rankOf(row), mark, wholeNumbers),
  ]);
  return table(head, spaced(lines), {aligns: ["left", "left", "right"]});
}

const middleOf = (row: AggregateRow): Shown => ({
  value: row.interquartileMean,
  low: row.interquartileMeanLow,
  high: row.interquartileMeanHigh,
  reason: row.interquartileMeanReason,
  degenerate: row.degenerate,
});

const gapOf = (row: AggregateRow): Shown => ({
  value: row.optimalityGap,
  low: row.optimalityGapLow,
  high: row.optimalityGapHigh,
  reason: row.optimalityGapReason,
  degenerate: row.degenerate,
});

const rankOf = (row: AggregateRow): Shown => ({
  value: row.humanPercentile,
  low: row.humanPercentileLow,
  high: row.humanPercentileHigh,
  reason: row.humanPercentileReason,
  degenerate: row.humanPercentile !== null && row.humanPercentileLow !== null && row.humanPercentileLow === row.humanPercentileHigh,
});

const wholeNumbers = {value: (value: number) => bold(value.toFixed(0)), end: (value: number) => value.toFixed(0)};

function cell(shown: Shown, mark: Mark, text: typeof wholeNumbers | null = null): string {
  const {value, low, high, reason, degenerate} = shown;
  if (value === null) return `– ${mark(reason!)}`;
  const number = text === null ? scoreText(value) : text.value(value);
  if (low === null || high === null) return `${number}\n${dim(`– ${mark(reason!)}`)}`;
  if (text === null || degenerate) return `${number}\n${intervalText(shown, mark)}`;
  return `${number}\n${dim(`${text.end(low)} to ${text.end(high)}`)}`;
}

/** The scores that fit a table of 80 columns; `--json` has all. */
const SHOWN = [0, 0.25, 0.5, 0.75, 1, 1.5, 2];

/** Shares in percent by participant and limit, the band below each. */
export function profileTable(rows: Section<ProfileRow>["rows"]): string {
  const groups = [...groupBy(rows, (row) => `${seriesKey(row)} ${row.timeLimitSeconds} ${row.slicedFromSeconds}`).values()];
  const lines = groups.map((own, i) => {
    const [first] = own;
    const isRepeated = i > 0 && seriesKey(first!) === seriesKey(groups[i - 1]![0]!);
    return [isRepeated ? "" : first!.name, limitText(first!), ...SHOWN.map((at) => shareText(own.find(({threshold}) => threshold === at)))];
  });
  return table(["", "limit", ...SHOWN.map((at) => `> ${at}`)], spaced(lines), {aligns: ["left", "left"]});
}

function shareText(row: ProfileRow | undefined): string {
  if (row === undefined || row.share === null) return "–";
  const share = bold((100 * row.share).toFixed(0));
  return row.low === null || row.high === null ? share : `${share}\n${dim(`${(100 * row.low).toFixed(0)}–${(100 * row.high).toFixed(0)}`)}`;
}

/** An empty line between rows that take several. */
const spaced = (lines: readonly string[][]): string[][] => lines.flatMap((line, i) => (i === 0 ? [line] : [line.map(() => ""), line]));
