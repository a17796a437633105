import {type Analysis, analyze} from "../analysis/analyze.js";
import type {Source} from "../analysis/context.js";
import {type CostTable, costTable} from "../analysis/costTable.js";
import {type ScoreAtKTable, scoreAtKTable} from "../analysis/scoreAtKTable.js";
import type {Breakdown} from "../analysis/settings.js";
import type {FigureOptions} from "./figureEntry.js";

/** Results that several figures draw, each computed when it is first asked for. */
export type SharedResults = {
  analysis: (budgets: readonly number[], by: Breakdown | null) => Promise<Analysis>;
  scoreAtK: (by: Breakdown | null) => Promise<ScoreAtKTable>;
  cost: () => Promise<CostTable>;
};

export function sharedResults(source: Source, options: FigureOptions): SharedResults {
  const known = new Map<string, Promise<unknown>>();
  const once = <T>(key: unknown, make: () => Promise<T>): Promise<T> => {
    const name = JSON.stringify(key);
    if (!known.has(name)) known.set(name, make());
    return known.get(name) as Promise<T>;
  };
  return {
    analysis: (budgets, by) => once(["analysis", budgets, by], () => analyze(source, {...options, by, budgets})),
    scoreAtK: (by) => once(["score@k", by], () => scoreAtKTable(source, {...options, by, ks: null})),
    cost: () => once(["cost"], () => costTable(source, options)),
  };
}
