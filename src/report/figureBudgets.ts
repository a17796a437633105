/** The time budgets of plots: doublings of 30 minutes up to 64 hours. */
export const FIGURE_BUDGETS_SECONDS: readonly number[] = Array.from({length: 8}, (_, power) => 1800 * 2 ** power);
