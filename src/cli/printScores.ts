import {groupBy} from "../analysis/groupBy.js";
import type {Breakdown, Warning} from "../analysis/settings.js";
import type {SelectionSettings, Settings} from "../analysis/settingsInForce.js";
import {formatDuration} from "../duration.js";
import type {Opened} from "./openForReading.js";
import {bold, clipped, counted, dim, notice, printable, wrap} from "./terminal.js";

type Covered = {score: number | null; environmentCount: number; environmentTotal: number};
type Named = {agent: string; kind: "agent" | "human"; environment: string | null; group: string | null};

export const scoreText = (score: number): string => bold(score.toFixed(3));

/** `0.61 to 0.98`, the marked reason where there is none, `all equal` where all scores are. */
export function intervalText(
  {
    low,
    high,
    reason,
    degenerate,
    calibrated,
  }: {
    low: number | null;
    high: number | null;
    reason: string | null;
    degenerate: boolean;
    calibrated?: boolean | null;
  },
  mark: (reason: string) => string,
): string {
  if (degenerate) return "all equal";
  if (low === null || high === null) return `no interval ${mark(reason!)}`;
  return dim(`${low.toFixed(2)} to ${high.toFixed(2)}${calibrated === false ? "~" : ""}`);
}

/** The name of a row: the agent, with the cohort or scaffold of a breakdown. */
export const seriesName = ({agent, group}: Pick<Named, "agent" | "group">): string =>
  clipped(printable(group === null ? agent : `${agent}, ${group}`));

/** `30m`; `2h† of 8h` where longer attempts are seen at this time. */
export const limitText = ({timeLimitSeconds, slicedFromSeconds}: {timeLimitSeconds: number; slicedFromSeconds: number | null}): string =>
  `${formatDuration(timeLimitSeconds)}${slicedFromSeconds === null ? "" : `† of ${formatDuration(slicedFromSeconds)}`}`;

/** Environments in a row, of those there are. */
export const coverageText = ({score, environmentCount, environmentTotal}: Covered): string =>
  `${environmentCount}/${environmentTotal}${score !== null && environmentCount < environmentTotal ? "*" : ""}`;

/** What tells the lines of a table apart: names may look the same. */
export const seriesKey = ({kind, agent, environment, group}: Named): string => JSON.stringify([kind, agent, environment, group]);

export type Section<Row> = {title: string | null; rows: (Row & {name: string})[]};

/** Rows of one environment or category belong together: a table for each, so that like is read beside like. */
export function sectionsOf<Row extends Named>(rows: readonly Row[], by: Breakdown | null): Section<Row>[] {
  if (by !== "environment" && by !== "category") return [{title: null, rows: rows.map((row) => ({...row, name: seriesName(row)}))}];
  const titleOf = (row: Row) => row.environment ?? row.group ?? "not known";
  return [...new Set(rows.map(titleOf))].sort().map((title) => {
    const own = rows.filter((row) => titleOf(row) === title);
    return {title: clipped(printable(title)), rows: own.map((row) => ({...row, name: seriesName({...row, group: null})}))};
  });
}

/** What the marks in a table mean, for those that are in it. */
export function markLegend(
  rows: readonly {score: number | null; sliced: boolean; environmentCount: number; environmentTotal: number; calibrated?: boolean | null}[],
): string[] {
  const shown = rows.filter(({score}) => score !== null);
  const partial = shown.some(({environmentCount, environmentTotal}) => environmentCount < environmentTotal);
  return [
    ...(partial ? [wrap("* covers fewer environments than there are: not to be compared with rows that cover all", "  ")] : []),
    ...(shown.some(({calibrated}) => calibrated === false)
      ? [wrap("~ the interval may hold the truth less often than it says, at this n and k: see the notes", "  ")]
      : []),
    ...(shown.some(({sliced}) => sliced) ? [wrap("† longer attempts, seen at this time in their score logs", "  ")] : []),
  ];
}

const MOST_NOTES = 16;

/** Numbered notes under a table, each reason once. Where there would be too many, the numbers of attempts are left out of them. */
export function footnotes(rows: readonly {reason: string | null}[]) {
  const all = new Set(rows.flatMap(({reason}) => reason ?? []));
  const isLong = all.size > MOST_NOTES;
  const notes = new Map<string, number>();
  return {
    mark(reason: string): string {
      const note = isLong ? withoutCounts(reason) : reason;
      if (!notes.has(note)) notes.set(note, notes.size + 1);
      return `(${notes.get(note)})`;
    },
    lines(): string[] {
      if (notes.size === 0) return [];
      const lines = [...notes].map(([note, i]) => wrap(`(${i}) ${printable(note)}`, "    "));
      return ["", ...lines, ...(isLong ? ["--json has these reasons with the numbers of attempts."] : [])];
    },
  };
}

/** A reason without its list of environments and n, so that many become one. */
const withoutCounts = (reason: string) => reason.replace(/: [^:;]*\(n = \d+\)(?: and \d+ more)?(?=;|$)/g, "").replace(/ \(n = \d+\)/g, "");

/** Which data. */
export const dataText = ({store, attempts}: Pick<SelectionSettings, "store" | "attempts">, {isSample}: Opened): string =>
  isSample
    ? `Data: ${counted(attempts, "attempt")} of the sample that comes with rebench (there is no rebench.duckdb here). They are synthetic: drawn from a model, nothing was measured.`
    : `Data: ${counted(attempts, "attempt")} in ${printable(store)}.`;

/** Which data, which attempts, and how scores were normalized. */
export function aboutTheData(settings: Settings, opened: Opened): string {
  const {constants, estimator, floor} = settings;
  const stored = constants.filter(({from}) => from === "source");
  const byEnvironment = [...groupBy(stored, ({environment}) => environment)];
  const setText = ({startingScore, referenceScore}: (typeof stored)[number]) =>
    referenceScore === null ? "unknown" : `${round(startingScore!)} → ${round(referenceScore)}`;
  const sets = byEnvironment.map(([environment, own]) => `${environment} ${own.map(setText).join(" or ")}`);
  const scale =
    stored.length > 0
      ? `Scores of ${counted(byEnvironment.length, "environment")} are used as their source normalized them (start → reference: ${sets.join(", ")}).`
      : "";
  const how = `Score@k ${estimator.replace("-", " ")}, ${floor ? "floored at 0" : "no floor"}; ${intervalsText(settings)}.`;
  return [dataText(settings, opened), scale, how]
    .filter((text) => text !== "")
    .map((text) => wrap(text, "  "))
    .join("\n");
}

const DRAWN = {
  attempts: "of attempts within environments",
  environments: "of environments, then of attempts in each",
  people: "of people, each with all of their attempts",
};

/** How the intervals are made: method, what is resampled, how often, from which seed. */
function intervalsText({intervalMethod, interval, resample, resampleSize, bootstrap, seed}: Settings): string {
  const method = intervalMethod === "bca" ? "BCa" : intervalMethod;
  if (intervalMethod === "normal")
    return `${percent(interval)} intervals: normal, exact bootstrap variance of attempts within environments`;
  const size = intervalMethod === "m-out-of-n" ? ` (experimental, m = ${resampleSize ?? "n to the power 2/3"})` : "";
  return `${percent(interval)} intervals: ${method}${size}, ${counted(bootstrap, "bootstrap replicate")} ${DRAWN[resample]}, seed ${seed}`;
}

const round = (value: number) => String(Math.round(value * 10_000) / 10_000);

export const percent = (level: number) => `${Number((100 * level).toPrecision(12))} %`;

/** The title over the table of a section; nothing where there is only one. */
export const titleLine = (title: string | null): string[] => (title === null ? [] : [bold(title)]);

/** Rows as they go into a file without `settings`: each names its data, so that synthetic ones say so there too. */
export const rowsWithStore = <Row extends object>(rows: readonly Row[], {store}: Pick<SelectionSettings, "store">) =>
  rows.map((row) => ({...row, store}));

/** The same with how scores and intervals were made. */
export const rowsWithMethod = <Row extends object>(rows: readonly Row[], settings: Settings) => {
  const {estimator, resample, intervalMethod, interval, bootstrap, seed} = settings;
  return rowsWithStore(rows, settings).map((row) => ({...row, estimator, resample, intervalMethod, interval, bootstrap, seed}));
};

/** Warnings on stderr, so that stdout stays a table or JSON. */
export function printWarnings(warnings: readonly Warning[]): void {
  for (const {message} of warnings) notice(`note: ${printable(message)}`);
}
