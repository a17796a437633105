import type {CurveRow, CurvesComparison} from "../analysis/compareCurves.js";
import type {Crossover} from "../analysis/curveCrossover.js";
import {formatDuration} from "../duration.js";
import type {CrossingShares, IntervalEnd} from "../score/crossoverInterval.js";
import type {Opened} from "./openForReading.js";
import {aboutTheData, footnotes, percent} from "./printScores.js";
import {bold, clipped, counted, dim, printable, table, wrap} from "./terminal.js";

/** The comparison of two curves as it is printed: the crossover in a sentence, then both participants at each budget. */
export function renderCurves(result: CurvesComparison, opened: Opened): string {
  const {rows, crossover, crossings, settings} = result;
  const notes = footnotes(rows);
  const names = namesOf(result);
  const legend =
    `Scores: best expected normalized score of each budget (0 = starting solution, 1 = reference solution), with the allocation ` +
    `that gives it: 30m@4 is the best of four 30-minute attempts. A − B: with its ${percent(settings.interval)} interval; ` +
    "allocations are chosen anew in each replicate.";
  return [
    aboutTheData(settings, opened),
    "",
    `${bold("A")}  ${names.a}`,
    `${bold("B")}  ${names.b}`,
    ...overWhat(result),
    "",
    wrap(headline(crossover, settings.interval, names)),
    ...(crossings.length > 1 ? [wrap(furtherCrossings(crossings.slice(1), names))] : []),
    ...(crossover.shares ? [wrap(sharesText(crossover.shares, settings.bootstrap - crossover.undefinedReplicates))] : []),
    ...(crossover.undefinedReplicates > 0
      ? [wrap(`${counted(crossover.undefinedReplicates, "replicate")} left out: a score is undefined in them.`)]
      : []),
    "",
    ...(rows.length === 0 ? [] : [curvesTable(rows, notes.mark), "", wrap(legend)]),
    ...notes.lines(),
  ].join("\n");
}

type Names = {a: string; b: string; of: (name: string) => string};

function namesOf({a, b}: CurvesComparison): Names {
  const of = (name: string) => clipped(printable(name));
  return {a: of(a), b: of(b), of};
}

function overWhat({environments, onlyA, onlyB}: CurvesComparison): string[] {
  const over =
    environments.length === 0
      ? "They share no environment."
      : `Over the ${environments.length === 1 ? "one environment" : `${environments.length} environments`} that both have: ${environments.join(", ")}.`;
  const alone = [onlyA, onlyB].map((names, i) => (names.length === 0 ? "" : ` Left out, ${"AB"[i]} alone has: ${names.join(", ")}.`));
  return [wrap(printable(over + alone.join("")))];
}

function headline({budgetSeconds, from, to, low, high, reason}: Crossover, level: number, {of}: Names): string {
  if (budgetSeconds === null) return `No crossover: ${of(reason!)}.`;
  const interval = low && high ? `${percent(level)} interval: ${endText(low)} to ${endText(high)}` : of(reason!);
  return `The lead passes from ${of(from!)} to ${of(to!)} at ${bold(roughly(budgetSeconds))} (${interval}).`;
}

const furtherCrossings = (crossings: CurvesComparison["crossings"], {of}: Names) =>
  `It passes ${crossings.map(({budgetSeconds, to}) => `to ${of(to)} at ${roughly(budgetSeconds)}`).join(", ")} after that.`;

function sharesText(shares: CrossingShares, replicates: number): string {
  const parts: [number, string][] = [
    [shares.crossesToA, "the lead passes to A first"],
    [shares.crossesToB, "the lead passes to B first"],
    [shares.aAheadThroughout, "A is ahead throughout"],
    [shares.bAheadThroughout, "B is ahead throughout"],
    [shares.equalThroughout, "they are equal throughout"],
  ];
  const shown = parts.filter(([share], i) => share > 0 || i === 2 || i === 3);
  return `Of ${counted(replicates, "replicate")}: ${shown.map(([share, what]) => `in ${percent(share)} ${what}`).join(", ")}.`;
}

/** An end of the interval of a crossover: `10h20m`, `< 8h`, `> 32h`. */
export function endText({bound, budgetSeconds}: IntervalEnd): string {
  if (bound === "at") return roughly(budgetSeconds);
  return `${bound === "below" ? "<" : ">"} ${formatDuration(budgetSeconds)}`;
}

/** A duration to the minute, under an hour to the second. */
export const roughly = (seconds: number): string => formatDuration(seconds < 3600 ? Math.round(seconds) : Math.round(seconds / 60) * 60);

/** `+0.123`, `−0.045`; what rounds to 0 keeps its sign. */
export const signed = (value: number, digits = 3): string =>
  `${value === 0 ? "" : value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;

/** `−0.21 to +0.03`. */
export const signedInterval = (low: number, high: number): string => dim(`${signed(low, 2)} to ${signed(high, 2)}`);

function curvesTable(rows: readonly CurveRow[], mark: (reason: string) => string): string {
  const lines = rows.map((row) => [
    formatDuration(row.timeBudgetSeconds),
    row.scoreA === null ? "–" : row.scoreA.toFixed(3),
    row.allocationA ?? "",
    row.scoreB === null ? "–" : row.scoreB.toFixed(3),
    row.allocationB ?? "",
    row.difference === null ? `– ${mark(row.reason!)}` : signed(row.difference),
    row.difference === null
      ? ""
      : row.low === null || row.high === null
        ? `no interval ${mark(row.reason!)}`
        : signedInterval(row.low, row.high),
    row.difference === null ? "" : row.leader === null ? "equal" : row.leader === row.a ? "A" : "B",
  ]);
  const aligns = ["right", "right", "left", "right", "left", "right", "left", "left"] as const;
  return table(["budget", "A", "", "B", "", "A − B", "interval", "leads"], lines, {aligns});
}
