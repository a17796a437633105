import type {ParticipantRow} from "../analysis/participants.js";
import {formatDuration} from "../duration.js";
import {bold, clipped, printable, table} from "./terminal.js";

type Mark = (reason: string) => string;

/** How many, and what they scored. */
export function scoresTable(rows: readonly ParticipantRow[], mark: Mark): string {
  const head = ["", "limit", "attempts", "people", "mean", "median", "at 0", "> 0.05", "≥ 1"];
  const lines = rows.map((row, i) => [
    ...nameAndLimit(row, rows[i - 1]),
    row.attempts.toLocaleString("en"),
    row.kind === "agent" ? "" : orMark(row.people?.toLocaleString("en"), row.peopleReason, mark),
    bold(row.meanScore.toFixed(2)),
    row.medianScore.toFixed(2),
    percentText(row.shareAtZero),
    percentText(row.shareAbove),
    percentText(row.shareAtReference),
  ]);
  return table(head, lines, {aligns: ["left", "left", ...head.slice(2).map(() => "right" as const)]});
}

/** How fast they went, and for how much. */
export function paceTable(rows: readonly ParticipantRow[], mark: Mark): string {
  const head = ["", "limit", "calls/h", "improved", "first", "since last", "$/h"];
  const lines = rows.map((row, i) => [
    ...nameAndLimit(row, rows[i - 1]),
    orMark(row.scoreCallsPerHour?.toFixed(1), row.scoreCallsPerHourReason, mark),
    row.improvedAttempts === null ? `– ${mark(row.firstImprovementReason!)}` : `${row.improvedAttempts} of ${row.followedAttempts}`,
    orMark(timeText(row.firstImprovementSeconds), row.firstImprovementReason, mark),
    orMark(timeText(row.sinceLastImprovementSeconds), row.sinceLastImprovementReason, mark),
    orMark(row.dollarsPerHour?.toFixed(2), row.dollarsPerHourReason, mark),
  ]);
  return table(head, lines, {aligns: ["left", "left", ...head.slice(2).map(() => "right" as const)]});
}

/** Each name once, over the rows of its time limits. */
const nameAndLimit = (row: ParticipantRow, above: ParticipantRow | undefined): [string, string] => [
  above !== undefined && above.name === row.name && above.kind === row.kind ? "" : clipped(printable(row.name ?? "not recorded")),
  row.timeLimitSeconds === null ? "all" : formatDuration(row.timeLimitSeconds),
];

const orMark = (text: string | null | undefined, reason: string | null, mark: Mark) => text ?? `– ${mark(reason!)}`;

/** Whole percents; what is not quite none or all does not look like it. */
function percentText(share: number): string {
  const rounded = Math.round(100 * share);
  if (rounded === 0 && share > 0) return "< 1 %";
  return rounded === 100 && share < 1 ? "> 99 %" : `${rounded} %`;
}

/** To the minute from ten minutes on, else to the second. */
const timeText = (seconds: number | null) =>
  seconds === null ? null : formatDuration(seconds < 600 ? Math.round(seconds) : 60 * Math.round(seconds / 60));
