/** Where the lead passes from one curve to the other. */
export type Crossing = {
  /** The time budget at which they are equal: the first, where they stay equal from one budget of the grid to a later one. */
  budgetSeconds: number;
  /** The last such budget; `budgetSeconds` itself unless they stay equal for a while. */
  untilSeconds: number;
  /** Which curve leads after it. */
  leadsAfter: "a" | "b";
};

/** Scores that differ by no more than this share of them are equal: the same sum, rounded differently. */
const TIE = 1e-12;

/**
 * Every crossing of two curves, by budget. Between neighbouring budgets Tᵢ < Tⱼ the difference d = a − b is taken as linear in
 * log₂ T, so that where its sign changes they cross at
 *
 *     T = Tᵢ · (Tⱼ / Tᵢ)^(dᵢ / (dᵢ − dⱼ)).
 *
 * Curves that are equal at a budget cross there only if another one leads after it than before: touching is no crossing, and
 * neither is being equal at the first or the last budget. Nothing is extrapolated.
 *
 * @param budgetsSeconds Ascending, at least one: those that both curves have.
 * @param a Score of one curve at each budget, finite, in the order of the budgets; `b` of the other.
 * @example crossings([28800, 115200], [0, 2], [1, 1]).map(({budgetSeconds}) => budgetSeconds) // => [57600]
 */
export function crossings(budgetsSeconds: readonly number[], a: ArrayLike<number>, b: ArrayLike<number>): Crossing[] {
  const found: Crossing[] = [];
  let before = -1; // the last budget at which one of them led
  for (let i = 0; i < budgetsSeconds.length; ++i) {
    const sign = leadAt(a, b, i);
    if (sign === 0) continue;
    if (before >= 0 && leadAt(a, b, before) !== sign) found.push(crossingBetween(before, i, budgetsSeconds, a, b));
    before = i;
  }
  return found;
}

/** 1 where curve a leads at budget i, −1 where b does, 0 where they are equal. */
export function leadAt(a: ArrayLike<number>, b: ArrayLike<number>, i: number): -1 | 0 | 1 {
  const difference = a[i]! - b[i]!;
  if (Math.abs(difference) <= TIE * Math.max(Math.abs(a[i]!), Math.abs(b[i]!))) return 0;
  return difference > 0 ? 1 : -1;
}

/** The crossing between budgets i and j, at which different curves lead; at those between them, if any, they are equal. */
function crossingBetween(i: number, j: number, budgetsSeconds: readonly number[], a: ArrayLike<number>, b: ArrayLike<number>): Crossing {
  const leadsAfter = leadAt(a, b, j) > 0 ? "a" : "b";
  if (j > i + 1) return {budgetSeconds: budgetsSeconds[i + 1]!, untilSeconds: budgetsSeconds[j - 1]!, leadsAfter};
  const [before, after] = [a[i]! - b[i]!, a[j]! - b[j]!];
  const budgetSeconds = budgetsSeconds[i]! * (budgetsSeconds[j]! / budgetsSeconds[i]!) ** (before / (before - after));
  return {budgetSeconds, untilSeconds: budgetSeconds, leadsAfter};
}
