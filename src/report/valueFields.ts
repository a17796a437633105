import type {CurveRow} from "../analysis/compareCurves.js";
import type {AttemptCostRow} from "../analysis/costPerAttempt.js";
import type {Spending} from "../analysis/costTable.js";
import type {CoverageRow, CoverageStudy, KindRule} from "../analysis/coverageStudy.js";
import type {ParticipantRow} from "../analysis/participants.js";
import type {ScoreRow} from "../analysis/scoreRows.js";

/** Texts that say several fields at once, and are missing as one: see summaries.ts. */
type Summary = "summary" | "namedSummary";

const PARTICIPANT = ["agent", "kind"] as const;
const SCORE = [
  ...PARTICIPANT,
  "summary",
  "namedSummary",
  "score",
  "low",
  "high",
  "allocation",
  "timeLimitSeconds",
  "k",
  "sliced",
  "slicedFromSeconds",
  "attempts",
  "environments",
  "environmentCount",
  "environmentTotal",
  "bootstrapMean",
  "bootstrapBias",
  "topAttemptShare",
  "calibrated",
  "degenerate",
  "undefinedReplicates",
] as const satisfies readonly (keyof ScoreRow | "allocation" | Summary)[];
const BUDGET = [...SCORE, "timeBudgetSeconds"] as const;

const SPENDING = [
  "nominalUsd",
  "nominalLowUsd",
  "nominalHighUsd",
  "nominalKnown",
  "nominalUnknown",
  "nominalBasis",
  "actualUsd",
  "actualLowUsd",
  "actualHighUsd",
  "actualKnown",
  "actualUnknown",
  "actualBasis",
] as const satisfies readonly (keyof Spending)[];

const COST_PER_ATTEMPT = [
  ...PARTICIPANT,
  "timeLimitSeconds",
  "attempts",
  "nominalMeanUsd",
  "nominalMedianUsd",
  "nominalKnown",
  "nominalUnknown",
  "nominalBasis",
  "actualMeanUsd",
  "actualMedianUsd",
  "actualKnown",
  "actualUnknown",
  "actualBasis",
] as const satisfies readonly (keyof AttemptCostRow)[];

/** Of the whole comparison, whatever the budget. */
export const CROSSOVER_FIELDS = [
  "crossover",
  "crossoverSummary",
  "crossoverLow",
  "crossoverHigh",
  "crossoverFrom",
  "crossoverTo",
  "crossings",
  "environments",
] as const;
const CURVE = [
  "timeBudgetSeconds",
  "a",
  "b",
  "scoreA",
  "scoreB",
  "allocationA",
  "allocationB",
  "summary",
  "difference",
  "low",
  "high",
  "leader",
  "undefinedReplicates",
] as const satisfies readonly (keyof CurveRow | Summary)[];

const PARTICIPANTS = [
  "kind",
  "name",
  "timeLimitSeconds",
  "attempts",
  "people",
  "meanScore",
  "medianScore",
  "shareAtZero",
  "shareAbove",
  "shareAtReference",
  "scoreCallsPerHour",
  "loggedAttempts",
  "firstImprovementSeconds",
  "sinceLastImprovementSeconds",
  "improvedAttempts",
  "followedAttempts",
  "dollarsPerHour",
  "pricedAttempts",
] as const satisfies readonly (keyof ParticipantRow)[];

/** How many attempts there are, of how many agents in how many environments. */
const COUNT_FIELDS = ["attempts", "agents", "environments"] as const;
const BEST_ATTEMPT = [...PARTICIPANT, "attemptId", "environment", "timeLimitSeconds", "score", "naturalScore", "naturalUnit"] as const;

/** Of one cell of the coverage study. */
const COVERAGE = [
  "coverage",
  "aboveShare",
  "belowShare",
  "undefinedShare",
  "meanWidth",
  "meanEstimate",
  "calibrated",
  "dataSets",
  "covered",
  "above",
  "below",
  "undefined",
] as const satisfies readonly (keyof CoverageRow)[];

/** Of several cells: how many, and the extremes; of the study; and of the rule, where all are of one kind of interval. */
const COVERAGES = [
  "cells",
  "leastCoverage",
  "greatestCoverage",
  "dataSets",
  "replicates",
  "level",
  "seed",
  "monteCarloPoints",
  "leastAttempts",
  "attemptsPerK",
] as const satisfies readonly (
  | keyof CoverageStudy["settings"]
  | keyof KindRule
  | "leastCoverage"
  | "greatestCoverage"
  | "monteCarloPoints"
)[];

/** What can be quoted of each analysis; of `cost` and `compare` by what they are asked at. */
export const VALUE_FIELDS = {
  analyze: BUDGET,
  "score-at-k": SCORE,
  "cost of a budget": [...BUDGET, ...SPENDING],
  "cost of an attempt": COST_PER_ATTEMPT,
  "cost at a sum": [...BUDGET, ...SPENDING, "dollars", "limitedByAttempts"],
  "compare at a budget": [...CURVE, ...CROSSOVER_FIELDS],
  compare: CROSSOVER_FIELDS,
  participants: PARTICIPANTS,
  "attempts in an environment": [...COUNT_FIELDS, ...BEST_ATTEMPT],
  attempts: COUNT_FIELDS,
  "coverage of a cell": COVERAGE,
  coverage: COVERAGES,
} as const satisfies Record<string, readonly string[]>;
