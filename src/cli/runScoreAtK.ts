import {type ScoreAtKTable, scoreAtKTable} from "../analysis/scoreAtKTable.js";
import type {ScoreRow} from "../analysis/scoreRows.js";
import {type Opened, withStore} from "./openForReading.js";
import {type AnalysisFlags, analysisOptions} from "./options.js";
import {printResult} from "./printResult.js";
import {
  aboutTheData,
  coverageText,
  footnotes,
  intervalText,
  limitText,
  markLegend,
  percent,
  rowsWithMethod,
  type Section,
  scoreText,
  sectionsOf,
  seriesKey,
  titleLine,
} from "./printScores.js";
import {table, wrap} from "./terminal.js";

export async function runScoreAtK({k, timeLimits, ...flags}: {k?: number[]; timeLimits?: number[]} & AnalysisFlags): Promise<void> {
  await withStore(flags, async (opened) => {
    const result = await scoreAtKTable(opened.source, {...analysisOptions(flags), ks: k ?? null, timeLimits: timeLimits ?? null});
    await printResult(result, {rows: rowsWithMethod(result.rows, result.settings), render, flags, opened});
  });
}

const biasText = (bias: number) =>
  bias
    .toFixed(3)
    .replace(/^-?0\.000$/, "0")
    .replace("-", "−");

function render({rows, settings}: ScoreAtKTable, opened: Opened): string {
  const notes = footnotes(rows);
  const tables = sectionsOf(rows, settings.by).flatMap((section) => [...titleLine(section.title), sectionTable(section, notes.mark), ""]);
  const legend =
    "score@k: expected best normalized score (0 = starting solution, 1 = reference solution) of k attempts, with its " +
    `${percent(settings.interval)} interval; bias: how far infinitely many replicates lie from it on average, which grows as k nears n; ` +
    "top: the share of it that rests on a single attempt; covers: environments in it, of those there are; n: attempts in all of them.";
  return [
    aboutTheData(settings, opened),
    "",
    ...(rows.length === 0 ? ["No attempts match the selection."] : [...tables, wrap(legend)]),
    ...markLegend(rows),
    ...notes.lines(),
  ].join("\n");
}

/** Each name once, over the rows of its time limits and k. */
function sectionTable({rows}: Section<ScoreRow>, mark: (reason: string) => string): string {
  const head = ["", "limit", "k", "score@k", "interval", "bias", "top", "covers", "n"];
  const lines = rows.flatMap((row, i) => {
    const isFirst = i === 0 || seriesKey(row) !== seriesKey(rows[i - 1]!);
    const line = [
      isFirst ? row.name : "",
      limitText(row),
      String(row.k),
      row.score === null ? `– ${mark(row.reason!)}` : scoreText(row.score),
      row.score === null ? "" : intervalText(row, mark),
      row.bootstrapBias === null ? "" : biasText(row.bootstrapBias),
      row.topAttemptShare === null ? "" : `${Math.round(100 * row.topAttemptShare)}%`,
      coverageText(row),
      row.attempts.toLocaleString("en"),
    ];
    return isFirst && i > 0 ? [line.map(() => ""), line] : [line];
  });
  return table(head, lines, {aligns: ["left", "right", "right", "right", "left", "right", "right", "right", "right"]});
}
