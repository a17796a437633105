import type {Allocation} from "../score/allocations.js";
import type {CellOptions} from "./cell.js";
import {type Choice, type ComparisonPoint, choiceAt, environmentsAt} from "./comparisonPoint.js";
import type {Series} from "./series.js";
import type {AnalysisOptions} from "./settings.js";

export type LeftOut = {environment: string; reason: string};

/** What two participants can be compared on. */
export type Shared = {
  /** Those in which both have attempts, by name. */
  environments: string[];
  leftOut: LeftOut[];
  /** How each side spends its time in those environments; null where one of them has no score. */
  allocations: [Allocation, Allocation] | null;
  /** Why a side has no score; null for one that has. */
  reasons: [string | null, string | null];
};

/** The same attempts, in some environments only. */
export const within = (environments: readonly string[], cellOptions: CellOptions): CellOptions => ({
  ...cellOptions,
  only: {environments: new Set(environments), option: "--common"},
});

/**
 * The environments in which both sides have attempts, and what each makes of its time in those: allocations are chosen there alone,
 * so that an environment that only one side has decides nothing. Where an allocation covers fewer of them, both sides choose again
 * in those that are left.
 */
export function sharedEnvironments(
  sides: readonly [Series, Series],
  point: ComparisonPoint,
  options: AnalysisOptions,
  cellOptions: CellOptions,
): Shared {
  const seen = both(sides, (side) => environmentsAt(side, point, options, cellOptions));
  let environments = seen[0].filter((name) => seen[1].includes(name));
  while (environments.length > 0) {
    const [a, b] = both(sides, (side) => choiceAt(side, point, options, within(environments, cellOptions)));
    const left = leftOut(seen, environments, sides);
    if ("reason" in a || "reason" in b) return {environments, leftOut: left, allocations: null, reasons: [reasonIn(a), reasonIn(b)]};
    const covered = environments.filter((name) => a.environments.includes(name) && b.environments.includes(name));
    if (covered.length === environments.length) {
      return {environments, leftOut: left, allocations: [a.allocation, b.allocation], reasons: [null, null]};
    }
    environments = covered;
  }
  const apart = seen[0].length > 0 && seen[1].length > 0 ? "no environment in which both have attempts" : null;
  const reasons = both(sides, (side, i) => (seen[i]!.length > 0 ? apart : reasonIn(choiceAt(side, point, options, cellOptions))));
  return {environments: [], leftOut: leftOut(seen, [], sides), allocations: null, reasons};
}

const reasonIn = (choice: Choice): string | null => ("reason" in choice ? choice.reason : null);

/** Where someone has attempts, and the comparison does not take place. */
function leftOut(seen: readonly [string[], string[]], kept: readonly string[], sides: readonly [Series, Series]): LeftOut[] {
  return [...new Set([...seen[0], ...seen[1]])]
    .filter((name) => !kept.includes(name))
    .sort()
    .map((environment) => {
      const [a, b] = both(seen, (names) => names.includes(environment));
      return {environment, reason: a && b ? "too few attempts" : `only ${(a ? sides[0] : sides[1]).agent} has attempts`};
    });
}

/** The same of both sides. */
export const both = <T, R>([a, b]: readonly [T, T], of: (value: T, i: 0 | 1) => R): [R, R] => [of(a, 0), of(b, 1)];
