import {type ScoreAtKTable, scoreAtKTable} from "../analysis/scoreAtKTable.js";
import type {ScoreRow} from "../analysis/scoreRows.js";
import {formatDuration} from "../duration.js";
import {writeRows} from "../export/writeRows.js";
import {noteSample, type Opened, withStore} from "./openForReading.js";
import {type AnalysisFlags, analysisOptions} from "./options.js";
import {
  aboutTheData,
  footnotes,
  intervalText,
  markLegend,
  percent,
  printWarnings,
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
    await writeRows(flags.output, result, rowsWithMethod(result.rows, result.settings));
    if (flags.json) {
      noteSample(opened);
      process.stdout.write(`${JSON.stringify(result)}\n`);
    } else process.stdout.write(`${render(result, opened)}\n`);
    printWarnings(result.warnings);
  });
}

function render({rows, settings}: ScoreAtKTable, opened: Opened): string {
  const notes = footnotes(rows);
  const tables = sectionsOf(rows, settings.by).flatMap((section) => [...titleLine(section.title), sectionTable(section, notes.mark), ""]);
  const legend =
    "score@k: expected best normalized score (0 = starting solution, 1 = reference solution) of k attempts, with its " +
    `${percent(settings.interval)} interval; covers: environments in it, of those there are.`;
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
  const head = ["", "limit", "k", "score@k", "interval", "covers", "attempts"];
  const lines = rows.flatMap((row, i) => {
    const isFirst = i === 0 || seriesKey(row) !== seriesKey(rows[i - 1]!);
    const line = [
      isFirst ? row.name : "",
      `${formatDuration(row.timeLimitSeconds)}${row.slicedFromSeconds === null ? "" : `† of ${formatDuration(row.slicedFromSeconds)}`}`,
      String(row.k),
      row.score === null ? `– ${mark(row.reason!)}` : scoreText(row.score),
      row.score === null ? "" : intervalText(row, mark),
      coverageText(row),
      row.attempts.toLocaleString("en"),
    ];
    return isFirst && i > 0 ? [line.map(() => ""), line] : [line];
  });
  return table(head, lines, {aligns: ["left", "right", "right", "right", "left", "right", "right"]});
}

const coverageText = ({score, environmentCount, environmentTotal}: ScoreRow) =>
  `${environmentCount}/${environmentTotal}${score !== null && environmentCount < environmentTotal ? "*" : ""}`;
