import {type ScoreAtKTable, scoreAtKTable} from "../analysis/scoreAtKTable.js";
import type {ScoreRow} from "../analysis/scoreRows.js";
import {formatDuration} from "../duration.js";
import {writeRows} from "../export/writeRows.js";
import {type Opened, withStore} from "./openForReading.js";
import {type AnalysisFlags, analysisOptions} from "./options.js";
import {aboutTheData, footnotes, intervalText, markLegend, printWarnings, scoreText, seriesName} from "./printScores.js";
import {table} from "./terminal.js";

export async function runScoreAtK({k, timeLimits, ...flags}: {k?: number[]; timeLimits?: number[]} & AnalysisFlags): Promise<void> {
  await withStore(flags, async (opened) => {
    const result = await scoreAtKTable(opened.source, {...analysisOptions(flags), ks: k ?? null, timeLimits: timeLimits ?? null});
    await writeRows(flags.output, result, result.rows);
    if (flags.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else process.stdout.write(`${render(result, opened)}\n`);
    printWarnings(result.warnings);
  });
}

function render({rows, settings}: ScoreAtKTable, opened: Opened): string {
  const notes = footnotes();
  const head = ["", "limit", "k", "score@k", "interval", "environments", "attempts"];
  const lines = rows.map((row) => [
    seriesName(row),
    `${formatDuration(row.timeLimitSeconds)}${row.sliced ? "†" : ""}`,
    String(row.k),
    row.score === null ? `– ${notes.mark(row.reason!)}` : scoreText(row.score),
    row.score === null ? "" : intervalText(row, notes.mark),
    environmentsText(row),
    String(row.attempts),
  ]);
  const shown = table(head, lines, ["left", "right", "right", "right", "left", "right", "right"]);
  return [aboutTheData(settings, opened), "", shown, "", ...markLegend(rows), ...notes.lines()].join("\n");
}

const environmentsText = ({environmentCount, environmentTotal}: ScoreRow) =>
  `${environmentCount}/${environmentTotal}${environmentCount < environmentTotal ? "*" : ""}`;
