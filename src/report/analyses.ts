import {type Analysis, analyze} from "../analysis/analyze.js";
import {type BestAttempts, bestAttempts, transcriptsOf} from "../analysis/bestAttempts.js";
import {type CurvesComparison, compareCurves} from "../analysis/compareCurves.js";
import type {Source} from "../analysis/context.js";
import {type CostTable, costTable} from "../analysis/costTable.js";
import type {CoverageStudy} from "../analysis/coverageStudy.js";
import {type Participants, participants} from "../analysis/participants.js";
import {type ScoreAtKTable, scoreAtKTable} from "../analysis/scoreAtKTable.js";
import type {Warning} from "../analysis/settings.js";
import {readStudy} from "./readStudy.js";
import type {ReportOptions} from "./reportOptions.js";
import type {Subject} from "./reportSubject.js";
import type {MethodsOf} from "./tables/methodsTable.js";
import type {ValueSpec} from "./valueSpec.js";

type By = "environment" | null;
type Result = {warnings: readonly Warning[]; settings: object};

/**
 * The analyses behind a report, each made when it is first asked for, and once: whatever is said twice is the same number.
 * They are asked for everything that the report quotes, so that one run serves all of its values.
 */
export class Analyses {
  readonly #made = new Map<string, Promise<Result>>();
  readonly #transcripts = new Map<string, string | null>();
  readonly #wanted: Wanted;

  constructor(
    readonly source: Source,
    readonly options: ReportOptions,
    specs: readonly ValueSpec[],
    readonly subject: Subject = "attempts",
  ) {
    this.#wanted = wantedBy(specs, options);
  }

  /** Best scores of time budgets. */
  budgets(by: By = null): Promise<Analysis> {
    return this.#once(`analyze ${by}`, () => analyze(this.source, {...this.options, by, budgets: this.#wanted.budgets}));
  }

  scores(by: By): Promise<ScoreAtKTable> {
    const {ks, timeLimits} = this.#wanted;
    return this.#once(`score-at-k ${by}`, () => scoreAtKTable(this.source, {...this.options, by, ks, timeLimits}));
  }

  costs(by: By): Promise<CostTable> {
    const {budgets, dollars} = this.#wanted;
    return this.#once(`cost ${by}`, () => costTable(this.source, {...this.options, by, budgets, dollars}));
  }

  /** Where the lead passes over, along the doublings that both have. */
  crossover(a: string, b: string): Promise<CurvesComparison> {
    return this.#curves(a, b, null);
  }

  /** Who is ahead by how much, at every budget that a comparison is asked at. */
  differences(a: string, b: string): Promise<CurvesComparison> {
    return this.#curves(a, b, this.#wanted.compared);
  }

  participants(): Promise<Participants> {
    const {wageUsdPerHour} = this.options.rates;
    const tables = ["agent", "cohort", "environment"] as const;
    return this.#once("participants", () => participants(this.source, {...this.options, by: null, tables, wageUsdPerHour}));
  }

  best(): Promise<BestAttempts> {
    return this.#once("attempts", () => bestAttempts(this.source, {...this.options, by: null}));
  }

  /** How often intervals hold the truth: of no attempts, and the same for all. */
  coverage(): Promise<CoverageStudy> {
    return this.#once("coverage", async () => readStudy());
  }

  /** The transcript of each attempt, where its record names one. */
  async transcripts(ids: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
    const unknown = ids.filter((id) => !this.#transcripts.has(id));
    for (const [id, transcript] of await transcriptsOf(this.source, unknown)) this.#transcripts.set(id, transcript);
    return this.#transcripts;
  }

  /**
   * Results so far, by what made them. Comparisons choose two participants of the selection: what is said of the whole is not
   * said again of their part.
   */
  async made(): Promise<MethodsOf[]> {
    const results = await Promise.all([...this.#made].map(async ([key, result]) => ({name: key.split(" ")[0]!, ...(await result)})));
    const said = new Set(results.flatMap(({name, warnings}) => (name === "compare" ? [] : warnings.map(({code}) => code))));
    return results.map(({name, settings, warnings}) =>
      name === "compare"
        ? {name, settings: withoutSelection(settings), warnings: warnings.filter(({code}) => !said.has(code))}
        : {name, settings, warnings},
    );
  }

  #curves(a: string, b: string, budgets: readonly number[] | null): Promise<CurvesComparison> {
    const key = `compare ${JSON.stringify([a, b, budgets])}`;
    return this.#once(key, () => compareCurves(this.source, {...this.options, by: null, a, b, budgets}));
  }

  #once<T extends Result>(key: string, make: () => Promise<T>): Promise<T> {
    const made = (this.#made.get(key) as Promise<T> | undefined) ?? make();
    this.#made.set(key, made);
    return made;
  }
}

const withoutSelection = (settings: object) =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => !["agents", "attempts", "constants"].includes(name)));

type Wanted = {budgets: number[]; compared: number[]; timeLimits: number[]; ks: number[]; dollars: number[]};

/** Every budget, time limit, k and sum that the values are asked at, and the budgets of the report. */
function wantedBy(specs: readonly ValueSpec[], options: ReportOptions): Wanted {
  const ascending = (values: readonly (number | null)[]) => [...new Set(values.filter((value) => value !== null))].sort((a, b) => a - b);
  const scored = specs.filter((spec) => spec.analysis === "score-at-k");
  return {
    budgets: ascending([
      ...options.budgets,
      ...specs.map((spec) => ("budget" in spec && spec.analysis !== "compare" ? spec.budget : null)),
    ]),
    compared: ascending(specs.map((spec) => (spec.analysis === "compare" ? spec.budget : null))),
    timeLimits: ascending(scored.map(({timeLimit}) => timeLimit)),
    ks: ascending(scored.map(({k}) => k)),
    dollars: ascending([...options.dollars, ...specs.map((spec) => (spec.analysis === "cost" ? spec.dollars : null))]),
  };
}
