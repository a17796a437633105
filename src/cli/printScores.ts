import pc from "picocolors";
import type {Warning} from "../analysis/settings.js";
import type {Settings} from "../analysis/settingsInForce.js";
import type {Opened} from "./openForReading.js";
import {notice, printable, wrap} from "./terminal.js";

export const scoreText = (score: number): string => pc.bold(score.toFixed(3));

/** `0.61–0.98`, the marked reason where there is none, `exact` where all scores are equal. */
export function intervalText(
  {low, high, reason, degenerate}: {low: number | null; high: number | null; reason: string | null; degenerate: boolean},
  mark: (reason: string) => string,
): string {
  if (degenerate) return "all equal";
  return low === null || high === null ? `no interval ${mark(reason!)}` : pc.dim(`${low.toFixed(2)} to ${high.toFixed(2)}`);
}

/** The name of a row: the agent, with the environment or group of a breakdown. */
export function seriesName({agent, environment, group}: {agent: string; environment: string | null; group: string | null}): string {
  const part = environment ?? group;
  return printable(part === null ? agent : `${agent}, ${part}`);
}

/** What the marks in a table mean, for those that are in it. */
export function markLegend(
  rows: readonly {score: number | null; sliced: boolean; environmentCount: number; environmentTotal: number}[],
): string[] {
  const shown = rows.filter(({score}) => score !== null);
  const partial = shown.some(({environmentCount, environmentTotal}) => environmentCount < environmentTotal);
  return [
    ...(partial ? [wrap("* covers fewer environments than there are: not to be compared with rows that cover all", "  ")] : []),
    ...(shown.some(({sliced}) => sliced) ? [wrap("† longer attempts, seen at this time in their score logs", "  ")] : []),
  ];
}

/** Numbered notes under a table: each reason once. */
export function footnotes() {
  const reasons: string[] = [];
  return {
    mark(reason: string): string {
      if (!reasons.includes(reason)) reasons.push(reason);
      return `(${reasons.indexOf(reason) + 1})`;
    },
    lines: (): string[] => [
      ...(reasons.length > 0 ? [""] : []),
      ...reasons.map((reason, i) => wrap(`(${i + 1}) ${printable(reason)}`, "    ")),
    ],
  };
}

/** Which data, which attempts, and how scores were normalized. */
export function aboutTheData({store, attempts, constants, estimator, bootstrap, seed, floor}: Settings, {isSample}: Opened): string {
  const data = isSample
    ? `Data: ${attempts.toLocaleString("en")} attempts of the sample that comes with rebench. They are synthetic: drawn from a model, nothing was measured.`
    : `Data: ${attempts.toLocaleString("en")} attempts in ${store}.`;
  const stored = constants.filter(({from}) => from === "source");
  const sets = stored.map(
    ({environment, startingScore, referenceScore}) =>
      `${environment} ${referenceScore === null ? "unknown" : `${round(startingScore!)} → ${round(referenceScore)}`}`,
  );
  const scale =
    stored.length > 0
      ? `Scores of ${stored.length} environments are used as their source normalized them (start → reference: ${sets.join(", ")}).`
      : "";
  const how = `Score@k ${estimator.replace("-", " ")}, ${floor ? "floored at 0" : "no floor"}; ${bootstrap.toLocaleString("en")} bootstrap replicates of attempts within environments, seed ${seed}.`;
  return [data, scale, how]
    .filter((text) => text !== "")
    .map((text) => wrap(text, "  "))
    .join("\n");
}

const round = (value: number) => String(Math.round(value * 10_000) / 10_000);

/** Warnings on stderr, so that stdout stays a table or JSON. */
export function printWarnings(warnings: readonly Warning[]): void {
  for (const {message} of warnings) notice(`note: ${printable(message)}`);
}
