import {formatDuration} from "../duration.js";
import type {Environment} from "../environment/environment.js";
import {leastSquares} from "../stats/leastSquares.js";
import {bestWithin} from "./bestWithin.js";
import {chosenCoverage} from "./candidates.js";
import {type Context, contextOf, type Source} from "./context.js";
import {groupBy} from "./groupBy.js";
import type {Series} from "./series.js";
import type {AnalysisOptions, Warning} from "./settings.js";
import {BUDGET_RULES, type Settings, scoreRules, settingsOf} from "./settingsInForce.js";
import {UNCORRECTED, withoutUnused} from "./unusedOptions.js";
import {wholeParticipants} from "./wholeParticipants.js";

/** An environment's reference solution, and how far people are ahead of agents. */
export type CodeSizeRow = {
  environment: string;
  title: string;
  /** Of the reference solution; null where environment.json does not say. */
  linesOfCode: number | null;
  /** Normalized score of the budget's best allocation: people's, and of the agent with the highest one (of equal ones the first by name). */
  humanScore: number | null;
  agentScore: number | null;
  agentName: string | null;
  /** humanScore − agentScore: above 0 where people are ahead. */
  gap: number | null;
  /** Why the environment is no point of the fit; null where it is. */
  reason: string | null;
};

/** The line gap = intercept + slopePerLine · linesOfCode through the environments by least squares. */
export type CodeSizeFit = {
  slopePerLine: number;
  intercept: number;
  /** Share of the variance of the gaps that the line takes up, in [0, 1]; null where all gaps are the same. */
  rSquared: number | null;
  points: number;
};

export type CodeSize = {
  /** By environment. */
  rows: CodeSizeRow[];
  /** Null, with the reason, for fewer than three environments or references of one size. */
  fit: CodeSizeFit | null;
  fitReason: string | null;
  /** Why there are no rows; null where there are some. */
  reason: string | null;
  settings: Settings;
  warnings: Warning[];
};

export type CodeSizeOptions = AnalysisOptions & {budgetSeconds?: number};

export const CODE_SIZE_BUDGET_SECONDS = 8 * 3600;
const FEWEST_POINTS = 3;

const CODE_SIZE_RULES = {
  gap: "people's normalized score minus that of the agent with the highest one, each with the best allocation of the budget in that environment",
  fit: "gap against lines of code, both linear, by least squares; three environments or more",
} as const;

/**
 * Lines of code of each environment's reference solution against the gap between people and the best agent, with a line.
 *
 * @param asked `budgetSeconds`: 8 h where left out.
 * @see arXiv 2411.15114, figure 10 and Table 3.
 */
export async function codeSize(source: Source, asked: CodeSizeOptions): Promise<CodeSize> {
  const {budgetSeconds = CODE_SIZE_BUDGET_SECONDS} = asked;
  const whole = wholeParticipants(asked);
  const used = withoutUnused({...whole.options, bootstrap: 0, by: "environment" as const}, UNCORRECTED);
  const {options} = used;
  const context = await contextOf(source, options, (series, cellOptions) => chosenCoverage(series, [budgetSeconds], options, cellOptions));
  const rows = [...groupBy(context.series, ({environment}) => environment!)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, series]) => rowOf(context.cellOptions.definitions.get(name)!, series, budgetSeconds, options, context));
  const command = {budgetSeconds, ...CODE_SIZE_RULES};
  return {
    ...withFit(rows, budgetSeconds),
    settings: settingsOf(context, options, command, {...scoreRules(options), ...BUDGET_RULES}),
    warnings: [...context.warnings, ...whole.warnings, ...used.warnings],
  };
}

function rowOf(
  {name, title, reference}: Environment,
  series: readonly Series[],
  budgetSeconds: number,
  options: AnalysisOptions,
  {cellOptions}: Context,
): CodeSizeRow {
  const scored = series.flatMap((each) => {
    const best = bestWithin(each, [budgetSeconds], options, cellOptions);
    return best === null ? [] : [{agent: each.agent, kind: each.kind, score: best.score}];
  });
  const human = scored.find(({kind}) => kind === "human")?.score ?? null;
  const agents = scored.filter(({kind}) => kind === "agent");
  const best = agents.length === 0 ? null : agents.reduce((first, each) => (each.score > first.score ? each : first));
  const linesOfCode = reference?.linesOfCode ?? null;
  const about = {environment: name, title, linesOfCode, humanScore: human, agentScore: best?.score ?? null, agentName: best?.agent ?? null};
  const lacking = [
    ...(linesOfCode === null ? ["environment.json says nothing of its reference's lines of code"] : []),
    ...(human === null ? [`people have no score at ${formatDuration(budgetSeconds)}`] : []),
    ...(best === null ? [`no agent has a score at ${formatDuration(budgetSeconds)}`] : []),
  ];
  return {...about, gap: human === null || best === null ? null : human - best.score, reason: lacking.join("; ") || null};
}

function withFit(rows: readonly CodeSizeRow[], budgetSeconds: number): Pick<CodeSize, "rows" | "fit" | "fitReason" | "reason"> {
  const points = rows.filter(({reason}) => reason === null).map(({linesOfCode, gap}) => [linesOfCode!, gap!] as const);
  const without = (fitReason: string) => ({fit: null, fitReason});
  if (points.length === 0) {
    const reason = `no environment has scores of people and of an agent at ${formatDuration(budgetSeconds)}, and lines of code of its reference: choose another budget, or import attempts of both`;
    return {rows: [], ...without(reason), reason};
  }
  const all = {rows: [...rows], reason: null};
  if (points.length < FEWEST_POINTS)
    return {...all, ...without(`a line needs ${FEWEST_POINTS} environments or more, there ${points.length === 1 ? "is 1" : "are 2"}`)};
  if (new Set(points.map(([lines]) => lines)).size === 1) return {...all, ...without("all references have the same number of lines")};
  const {slope, intercept, rSquared} = leastSquares(points);
  return {...all, fit: {slopePerLine: slope, intercept, rSquared, points: points.length}, fitReason: null};
}
