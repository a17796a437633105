import {type Aggregates, aggregates, PROFILE_THRESHOLDS} from "../analysis/aggregates.js";
import type {AggregatesFlags} from "./aggregatesCommand.js";
import {type Opened, withStore} from "./openForReading.js";
import {analysisOptions} from "./options.js";
import {aggregateTable, profileTable} from "./printAggregates.js";
import {printResult} from "./printResult.js";
import {aboutTheData, footnotes, markLegend, percent, rowsWithStore, sectionsOf, titleLine} from "./printScores.js";
import {wrap} from "./terminal.js";

export async function runAggregates({k, timeLimits, gamma, profile, ...flags}: AggregatesFlags): Promise<void> {
  await withStore(flags, async (opened) => {
    const asked = {ks: k ?? null, timeLimits: timeLimits ?? null, gamma, thresholds: profile ? PROFILE_THRESHOLDS : null};
    const result = await aggregates(opened.source, {...analysisOptions(flags), ...asked});
    await printResult(result, {rows: rowsWithStore(result.rows, result.settings), render, flags, opened});
  });
}

function render({rows, profile, settings}: Aggregates, opened: Opened): string {
  const notes = footnotes(rows.flatMap(reasons));
  const tables = sectionsOf(rows, settings.by).flatMap(({title, rows: own}) => [...titleLine(title), aggregateTable(own, notes.mark), ""]);
  const profiles = sectionsOf(profile, settings.by).flatMap(({title, rows: own}) => [
    ...titleLine(title === null ? "Share of attempts above each score, in %" : `${title}: share of attempts above each score, in %`),
    profileTable(own),
    "",
  ]);
  const legend =
    `Below each number its ${percent(settings.interval)} interval, below a limit the environments covered. IQM: interquartile mean, of ` +
    `attempts at k = 1, else of the score@k of environments. Gap: how far scores fall short of ${settings.command.gamma} on average, lower is better. ` +
    "Rank: the human percentile, where score@k stands among people's attempts, each with its final score.";
  const profileLegend =
    "Environments count alike; the band below each share holds at that score alone. A share without one did not vary over the " +
    "resamples. --json has the scores from 0 to 2 by 0.05.";
  return [
    aboutTheData(settings, opened),
    "",
    ...(rows.length === 0 ? ["No attempts match the selection."] : [...tables, wrap(legend)]),
    ...markLegend(rows),
    ...notes.lines(),
    ...(profile.length === 0 ? [] : ["", ...profiles, wrap(profileLegend)]),
  ].join("\n");
}

const reasons = (row: Aggregates["rows"][number]) => [
  {reason: row.reason},
  {reason: row.interquartileMeanReason},
  {reason: row.optimalityGapReason},
  {reason: row.humanPercentileReason},
];
