import {isCalibratedAt, type Kind, ruleOf} from "../score/calibration.js";
import type {Warning} from "./settings.js";

/** How the intervals of one kind did at one n and k, counted over data sets. */
export type CoverageCount = Kind & {
  population: string;
  /** Attempts in each environment. */
  n: number;
  k: number;
  dataSets: number;
  /** Intervals that hold the truth; that lie wholly above it; wholly below it; data sets without an interval. */
  covered: number;
  above: number;
  below: number;
  undefined: number;
  /** Means over data sets, normalized scores; the width null where no data set has an interval. */
  meanWidth: number | null;
  meanEstimate: number;
};

/** The coverage study as it was written. */
export type CoverageCounts = {
  toolVersion: string;
  seed: number;
  replicates: number;
  /** That the intervals say they have, in (0, 1). */
  level: number;
  /** In each cell. */
  dataSets: number;
  rows: readonly CoverageCount[];
};

export type CoverageRow = CoverageCount & {
  /** covered / (dataSets − undefined): the share of the intervals made that hold the truth; null where none was made. */
  coverage: number | null;
  /** Of the intervals made: those above the truth, and those below it. */
  aboveShare: number | null;
  belowShare: number | null;
  /** Of the data sets: those without an interval. */
  undefinedShare: number;
  /** Whether intervals of this kind go without `~` at this n and k. */
  calibrated: boolean;
};

/** Where intervals of a kind go without `~`; both null for nowhere. */
export type KindRule = Kind & {
  /** Attempts in each environment from which. */
  leastAttempts: number | null;
  /** Beyond k = 1, for k up to n / attemptsPerK. */
  attemptsPerK: number | null;
};

export type CoverageStudy = {
  rows: CoverageRow[];
  /** Of every kind of interval in the study, in the order of its rows. */
  rules: KindRule[];
  settings: {study: string; toolVersion: string; seed: number; replicates: number; level: number; dataSets: number; cells: number};
  warnings: Warning[];
};

/** Every population of the study has as many environments as there are. */
const ENVIRONMENTS = 7;

/**
 * How often intervals hold the truth, and where the rule of score/calibration.ts lets them stand without a mark.
 *
 * @param study Counts, from `from`.
 */
export function coverageStudy({rows, ...about}: CoverageCounts, from: string): CoverageStudy {
  const {toolVersion, seed, replicates, level, dataSets} = about;
  const settings = {study: from, toolVersion, seed, replicates, level, dataSets, cells: rows.length};
  return {rows: rows.map(rowOf), rules: rulesOf(rows), settings, warnings: []};
}

function rulesOf(rows: readonly Kind[]): KindRule[] {
  const kinds = new Map(rows.map(({method, scheme, estimator}) => [`${method} ${scheme} ${estimator}`, {method, scheme, estimator}]));
  return [...kinds.values()].map((kind) => {
    const {leastAttempts, attemptsPerK} = ruleOf(kind) ?? {leastAttempts: null, attemptsPerK: null};
    return {...kind, leastAttempts, attemptsPerK};
  });
}

function rowOf(count: CoverageCount): CoverageRow {
  const made = count.dataSets - count.undefined;
  const share = (intervals: number) => (made === 0 ? null : intervals / made);
  return {
    ...count,
    coverage: share(count.covered),
    aboveShare: share(count.above),
    belowShare: share(count.below),
    undefinedShare: count.undefined / count.dataSets,
    calibrated: isCalibratedAt({n: count.n, k: count.k, environments: ENVIRONMENTS}, count),
  };
}
