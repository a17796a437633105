import {RebenchError} from "../errors.js";
import {chosenCoverage} from "./candidates.js";
import {conclusionsOf} from "./conclusions.js";
import {type Context, contextOf, type Source} from "./context.js";
import {type Flip, flipsOf} from "./flips.js";
import {type Headline, headlines, type Scope} from "./headlines.js";
import {schemeWarnings} from "./intervalWarnings.js";
import {scopesOf} from "./scopes.js";
import type {AnalysisOptions, Warning} from "./settings.js";
import {PEOPLE_RULE, type Settings, scoreRules, settingsOf} from "./settingsInForce.js";
import {DIFFERENCES, withoutUnused} from "./unusedOptions.js";
import {type NotApplied, type Variation, variationsOf} from "./variations.js";

export type SensitivityOptions = AnalysisOptions & {
  /** Seconds, ascending. */
  budgets: readonly number[];
};

/** The headline of one budget under one variation, and how its conclusions differ from the base's. */
export type SensitivityRow = Headline & {
  variation: string;
  kind: Variation["kind"] | "base";
  flips: Flip[];
};

export type Sensitivity = {
  /** The base first, then by variation; within each by budget. */
  rows: SensitivityRow[];
  notApplied: NotApplied[];
  /** Whether a conclusion flips, in sentences. */
  conclusions: string[];
  rules: typeof RULES;
  settings: Settings;
  warnings: Warning[];
};

/** Rules of this analysis that no option changes, as sentences. */
const RULES = {
  headline: "best score of each budget; who leads, leader − runner-up, and best agent − people",
  environments:
    "at each budget those that the widest row of the base covers, in every variation; participants that lack one are not ranked",
  intervals: "percentile, of differences over replicates; allocations chosen anew in each",
  lead: "of the two that lead as observed, in every replicate: optimistic where several are close",
  interquartileMean: "at every k: of one score per environment, without the E/4 lowest and highest, rounded down",
} as const;

/** The name of the row that all others are held against. */
export const BASE = "as asked";

/** The headline of each budget, and what becomes of it when one choice at a time is made otherwise. */
export async function sensitivity(source: Source, asked: SensitivityOptions): Promise<Sensitivity> {
  checkOptions(asked);
  const {options, warnings} = withoutUnused(asked, DIFFERENCES);
  const {budgets} = options;
  const base = await contextOf(source, options, (series, cellOptions) => chosenCoverage(series, budgets, options, cellOptions));
  const {cellOptions} = base;
  const scopes = scopesOf(base.series, budgets, options, cellOptions);
  const {variations, notApplied} = variationsOf(base, await flagsOf(source, options), environmentsOf(scopes), options);
  const before = headlines(base.series, scopes, {options, cellOptions, aggregate: "mean"});
  const rows = before.map((headline): SensitivityRow => ({variation: BASE, kind: "base", flips: [], ...headline}));
  warnings.push(...base.warnings, ...schemeWarnings(base.selected.attempts, options));
  for (const variation of variations) {
    const found = await variedHeadlines(source, base, scopes, variation, options);
    if ("reason" in found) notApplied.push({variation: variation.name, reason: found.reason});
    else {
      const {name, kind} = variation;
      rows.push(...found.headlines.map((each, i) => ({variation: name, kind, flips: flipsOf(before[i]!, each), ...each})));
      warnings.push(...found.warnings);
    }
  }
  return {
    rows,
    notApplied,
    conclusions: conclusionsOf(rows),
    rules: RULES,
    settings: settingsOf(base, options, {budgetsSeconds: [...budgets]}, {...scoreRules(options), ...PEOPLE_RULE}),
    warnings,
  };
}

function checkOptions({by}: SensitivityOptions): void {
  if (by === null) return;
  throw new RebenchError("usage", {
    problem: `--by ${by}: the headline is about participants as a whole`,
    hint: "Choose what counts with --environments, or leave --by out.",
  });
}

const environmentsOf = (scopes: readonly Scope[]) => [...new Set(scopes.flatMap(({environments}) => environments))].sort();

/** Every flag in the selection, of attempts that the base leaves out too. */
async function flagsOf(source: Source, options: AnalysisOptions): Promise<string[]> {
  const {selected} = await contextOf(source, {...options, flagged: {}, common: false}, () => []);
  return [...new Set(selected.attempts.flatMap(({flags}) => flags))].sort();
}

type Varied = {headlines: Headline[]; warnings: Warning[]} | {reason: string};

/** The headlines under a variation; or why it cannot be applied to these data. */
async function variedHeadlines(
  source: Source,
  base: Context,
  scopes: readonly Scope[],
  {name, changes, leaveOut, aggregate}: Variation,
  asked: SensitivityOptions,
): Promise<Varied> {
  const options = {...asked, ...changes, common: false}; // the scopes hold what --common left
  const context = await variedContext(source, base, changes, options);
  if ("reason" in context) return context;
  const unfloored = changes.floor === false ? noFloor(name, context) : {warnings: []};
  if ("reason" in unfloored) return unfloored;
  const own = scopes.map(({timeBudgetSeconds, environments}) => ({
    timeBudgetSeconds,
    environments: environments.filter((environment) => environment !== leaveOut),
  }));
  return {headlines: headlines(context.series, own, {options, cellOptions: context.cellOptions, aggregate}), ...unfloored};
}

/** What the base read and scored serves where a variation changes neither attempts nor their scores. */
async function variedContext(source: Source, base: Context, changes: Partial<AnalysisOptions>, options: AnalysisOptions) {
  const isRescored = (["flagged", "floor", "clock", "constants"] as const).some((name) => name in changes);
  if (!isRescored) return base;
  try {
    return await contextOf(source, options, () => []);
  } catch (error) {
    if (error instanceof RebenchError && error.code === "usage") return {reason: error.problem};
    throw error;
  }
}

/** Without a floor nothing may lie below 0 for one reason: the source applied one, and it cannot be undone. */
function noFloor(name: string, {selected}: Context): {warnings: Warning[]} | {reason: string} {
  const warning = selected.warnings.find(({code}) => code === "already-floored");
  if (warning === undefined) return {warnings: []};
  const isBelow = (score: number | null) => score !== null && score < 0;
  const some = selected.attempts.some(({score, log}) => isBelow(score) || log?.scores.some(isBelow));
  return some ? {warnings: [{...warning, message: `${name}: ${warning.message}`}]} : {reason: warning.message};
}
