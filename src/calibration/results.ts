import type {StudyOptions} from "./coverage.js";

/** How the intervals of one method did in one setting, at one k; widths and estimates are means over data sets. */
export type CoverageRow = {
  population: string;
  scheme: string;
  estimator: string;
  method: string;
  n: number;
  k: number;
  dataSets: number;
  /** Intervals that hold the truth; that lie wholly above it; wholly below it; data sets without an interval. */
  covered: number;
  above: number;
  below: number;
  undefined: number;
  meanWidth: number | null;
  meanEstimate: number;
};

export type Study = StudyOptions & {toolVersion: string; dataSets: number; rows: readonly CoverageRow[]};

/** A study as JSON, a row a line. */
export function resultsText({rows, ...about}: Study): string {
  const head = JSON.stringify(about).slice(0, -1);
  return `${head},"rows":[\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]}\n`;
}
