import {RebenchError} from "../errors.js";
import type {PlanCell} from "../score/planPopulation.js";
import {MOST_RANGE_ATTEMPTS, planRange} from "../score/planRange.js";
import {type Planner, type PlanOptions, type SamplePlan, samplePlan} from "../score/samplePlan.js";
import {ratioForPower} from "../score/studyPower.js";
import {type PlanRow, type Spent, spentOn, withAttempts} from "./planRows.js";

export type PlanRequest = PlanOptions & {
  optimal: boolean;
  /** Studies to simulate besides; null for none. */
  check: number | null;
  isEffectGiven: boolean;
  /** Replicates and level of the range of the number of attempts. */
  replicates: number;
  level: number;
};

/** What other numbers of attempts would achieve. */
export type PlanCurveRow = Omit<Spent, "costReason"> & {
  /** In each environment, of each side; null where these differ. */
  attemptsEach: number | null;
  /** To find the effect. */
  power: number;
  /** The effect that would be found with the wanted power, by normal approximation. */
  smallestDifference: number;
};

/** The plan on studies simulated anew; Monte Carlo standard errors beside. Null, with the reason, where there are too many attempts. */
export type PlanCheck = {
  studies: number;
  power: number | null;
  powerError: number | null;
  falseAlarms: number | null;
  falseAlarmsError: number | null;
  /** Simulated less stated power, in points (hundredths). */
  pointsOff: number | null;
  reason: string | null;
};

/** How well the attempts at hand determine the number for equal attempts: null ends are beyond 100,000. */
export type PlannedRange = {low: number | null; high: number | null; level: number; replicates: number; beyond: number};

/** The plan without the names of those it is for. */
export type Planned = Spent & {
  attemptsEach: number | null;
  /** Chance to find the effect, and what says so. */
  power: number | null;
  method: SamplePlan["method"] | null;
  normalPower: number | null;
  simulatedPower: number | null;
  simulatedPowerError: number | null;
  /** Share of simulated studies that find a difference where there is none; alpha if the test is what it says. */
  falseAlarms: number | null;
  /** Simulated studies without any spread, so without a test. */
  withoutSpread: number | null;
  standardError: number | null;
  /** Where false alarms are over 1.5 alpha: attempts in all from which they no longer are; null where that is not known, or not needed. */
  attemptsKeepingLevel: number | null;
  range: PlannedRange | null;
  /** Equal attempts, with `optimal`. */
  equal: (Spent & {attemptsEach: number}) | null;
  reason: string | null;
};

export type PlanParts = {planned: Planned; rows: PlanRow[]; curve: PlanCurveRow[]; check: PlanCheck | null};

/** Plans, and says what the plan comes to; null with the reason where it is not defined. */
export function planFrom(cells: readonly PlanCell[], rows: readonly PlanRow[], request: PlanRequest): PlanParts {
  try {
    const planner = samplePlan(cells, request);
    const equal = planner.equal();
    const plan = request.optimal ? planner.optimal() : equal;
    const own = withAttempts(rows, plan.attempts);
    const planned: Planned = {
      ...spentOn(own),
      attemptsEach: eachOf(plan),
      power: plan.power,
      method: plan.method,
      normalPower: plan.normalPower,
      ...simulatedFields(plan),
      standardError: plan.standardError,
      attemptsKeepingLevel: keepingLevel(planner, plan),
      range: request.replicates < 2 ? null : rangeOf(cells, equal, request),
      equal: request.optimal ? {...spentOn(withAttempts(rows, equal.attempts)), attemptsEach: equal.attempts[0]!} : null,
      reason: null,
    };
    return {planned, rows: own, curve: curveOf(planner, plan, rows, request), check: checkOf(planner, plan, request.check)};
  } catch (error) {
    if (!(error instanceof RebenchError) || error.code !== "undefined-statistic") throw error;
    return {planned: noPlan(error.problem), rows: [...rows], curve: [], check: null};
  }
}

/** Nothing planned, and why. */
export const noPlan = (reason: string): Planned => ({
  ...{attempts: null, hours: null, costUsd: null, costReason: null, attemptsEach: null, power: null, method: null, normalPower: null},
  ...{simulatedPower: null, simulatedPowerError: null, falseAlarms: null, withoutSpread: null, standardError: null},
  ...{attemptsKeepingLevel: null, range: null, equal: null, reason},
});

const eachOf = ({attempts}: SamplePlan): number | null => (attempts.every((n) => n === attempts[0]) ? attempts[0]! : null);

/** Monte Carlo standard error of a share. */
const shareError = (share: number, count: number): number => Math.sqrt((share * (1 - share)) / count);

const simulatedFields = ({simulated}: SamplePlan) => ({
  simulatedPower: simulated?.power ?? null,
  simulatedPowerError: simulated && shareError(simulated.power, simulated.studies),
  falseAlarms: simulated?.falseAlarms ?? null,
  withoutSpread: simulated?.withoutSpread ?? null,
});

const total = ({attempts}: SamplePlan): number => attempts.reduce((sum, n) => sum + n, 0);

function keepingLevel(planner: Planner, plan: SamplePlan): number | null {
  const larger = planner.keepingLevel(plan);
  return larger === null || total(larger) === total(plan) ? null : total(larger);
}

/** Numbers by normal approximation, as many times as the plan differs from that; the plan's own number lies within. */
function rangeOf(cells: readonly PlanCell[], equal: SamplePlan, request: PlanRequest): PlannedRange {
  const {level, replicates} = request;
  const {low, high, beyond} = planRange(cells, request);
  const factor = total(equal) / equal.normalAttempts;
  const own = equal.attempts[0]!;
  const scaled = (end: number | null) => (end === null || end * factor > MOST_RANGE_ATTEMPTS ? null : Math.round(end * factor));
  const [least, most] = [scaled(low), scaled(high)];
  return {low: least === null ? null : Math.min(least, own), high: most === null ? null : Math.max(most, own), level, replicates, beyond};
}

const SIZES = [0.25, 0.5, 0.75, 1, 1.5, 2, 3];

function curveOf(planner: Planner, plan: SamplePlan, rows: readonly PlanRow[], {power, alpha}: PlanRequest): PlanCurveRow[] {
  const sizes = SIZES.map((factor) => (factor === 1 ? plan : planner.scaled(plan, factor)));
  const ratio = ratioForPower(power, alpha);
  return [...new Map(sizes.map((size) => [total(size), size])).values()].map((size) => {
    const {costReason: _, ...spent} = spentOn(withAttempts(rows, size.attempts));
    return {attemptsEach: eachOf(size), ...spent, power: size.power, smallestDifference: ratio * size.standardError};
  });
}

/** Attempts drawn in all beyond which a check would take minutes. */
const MOST_CHECK_DRAWS = 2e9;

function checkOf(planner: Planner, plan: SamplePlan, studies: number | null): PlanCheck | null {
  if (studies === null) return null;
  if (total(plan) * studies > MOST_CHECK_DRAWS) {
    const reason = `no check: ${studies} studies of ${total(plan)} attempts are more than can be simulated`;
    return {studies, power: null, powerError: null, falseAlarms: null, falseAlarmsError: null, pointsOff: null, reason};
  }
  const {power, falseAlarms} = planner.check(plan, studies);
  return {
    studies,
    power,
    powerError: shareError(power, studies),
    falseAlarms,
    falseAlarmsError: shareError(falseAlarms, studies),
    pointsOff: 100 * (power - plan.power),
    reason: null,
  };
}
