import {sum} from "simple-statistics";
import {quantiles} from "../stats/quantile.js";
import {type AttemptPace, attemptPace} from "../store/attemptPace.js";
import {contextOf, type Source} from "./context.js";
import {scopeSettings} from "./scopeSettings.js";
import type {AnalysisOptions, Warning} from "./settings.js";
import {type SelectionSettings, selectionSettings} from "./settingsInForce.js";
import {wholeParticipants} from "./wholeParticipants.js";

/** How fast an agent's model wrote, and how much of the time it was writing. */
export type TokenSpeedRow = {
  agent: string;
  /** Σ output tokens / Σ generatingSeconds over `attempts`: tokens per second spent waiting for the model. */
  tokensPerSecond: number;
  /** The 25th and 75th percentile of the same over attempts, each for itself. */
  tokensPerSecondLow: number;
  tokensPerSecondHigh: number;
  /**
   * Σ generatingSeconds / Σ workingSeconds over those of `attempts` that record the time worked; above 1 where several answers were
   * waited for at once. Null, with its percentiles, where none does.
   */
  generatingShare: number | null;
  generatingShareLow: number | null;
  generatingShareHigh: number | null;
  /** With output tokens and a generating time above 0; and the others. */
  attempts: number;
  attemptsWithout: number;
};

export type TokenSpeed = {
  /** By agent. */
  rows: TokenSpeedRow[];
  /** Why there are no rows; null where there are some. */
  reason: string | null;
  settings: SelectionSettings;
  warnings: Warning[];
};

const SPEED_RULES = {
  tokensPerSecond:
    "sum of output tokens over sum of generatingSeconds, of attempts that record both; reasoning tokens as far as output has them",
  generatingShare: "sum of generatingSeconds over sum of workingSeconds, of those attempts that record the time worked",
  spread: "25th and 75th percentile over attempts, each counting alike; not an interval",
} as const;

/**
 * Output tokens per second of generating time and the share of working time spent generating, by agent. People have neither.
 * Scores play no part: attempts whose flags set them to 0 count as they went.
 *
 * @see arXiv 2411.15114, figure 12.
 */
export async function tokenSpeed(source: Source, asked: AnalysisOptions): Promise<TokenSpeed> {
  const {options, warnings} = wholeParticipants(asked);
  const context = await contextOf(source, options, () => []);
  const {only} = context.cellOptions;
  const counts = ({environment}: {environment: string}) => only?.environments.has(environment) ?? true;
  const agents = context.series.filter(({kind}) => kind === "agent");
  const paces = new Map((await attemptPace(source.connection, options)).map((pace) => [pace.attemptId, pace]));
  const results = agents.map(({agent, attempts}) =>
    rowOf(
      agent,
      attempts.filter(counts).map(({attemptId}) => paces.get(attemptId)!),
    ),
  );
  const rows = results.flatMap(({row}) => row ?? []);
  return {
    rows,
    reason: rows.length > 0 ? null : nothingRecorded(agents.length),
    settings: selectionSettings(context, options, {...SPEED_RULES, ...scopeSettings(context, options)}),
    warnings: [...context.warnings, ...warnings, ...(rows.length > 0 ? results.flatMap((each) => each.warnings) : [])],
  };
}

const nothingRecorded = (agents: number): string =>
  agents === 0
    ? "there are no attempts by agents in the selection"
    : "no attempt by an agent records both output tokens (tokenUsage) and the time spent generating (generatingSeconds): import run records that do";

type Timed = {tokens: number; generatingSeconds: number; workingSeconds: number | null};

function rowOf(agent: string, paces: readonly AttemptPace[]): {row: TokenSpeedRow | null; warnings: Warning[]} {
  const timed = paces.flatMap(timedOf);
  const without = paces.length - timed.length;
  const message = `${agent}: ${without} of ${paces.length} attempts record no output tokens or no generating time, and are left out`;
  const warnings = without === 0 ? [] : [{code: "no-pace", agent, message}];
  if (timed.length === 0) return {row: null, warnings};
  return {row: {agent, ...speedOf(timed), ...shareOf(timed), attempts: timed.length, attemptsWithout: without}, warnings};
}

/** Tokens over all models of the attempt; one whose output is not recorded for some model says nothing. */
function timedOf({tokenUsage, generatingSeconds, workingSeconds}: AttemptPace): Timed[] {
  const outputs = (tokenUsage ?? []).map(({output}) => output ?? null);
  if (outputs.length === 0 || outputs.includes(null) || !generatingSeconds) return [];
  return [{tokens: sum(outputs as number[]), generatingSeconds, workingSeconds}];
}

function speedOf(timed: readonly Timed[]): Pick<TokenSpeedRow, `tokensPerSecond${"" | "Low" | "High"}`> {
  const [total, low, high] = ratio(timed.map(({tokens, generatingSeconds}) => [tokens, generatingSeconds]));
  return {tokensPerSecond: total, tokensPerSecondLow: low, tokensPerSecondHigh: high};
}

function shareOf(timed: readonly Timed[]): Pick<TokenSpeedRow, `generatingShare${"" | "Low" | "High"}`> {
  const worked = timed.filter(({workingSeconds}) => (workingSeconds ?? 0) > 0);
  if (worked.length === 0) return {generatingShare: null, generatingShareLow: null, generatingShareHigh: null};
  const [total, low, high] = ratio(worked.map(({generatingSeconds, workingSeconds}) => [generatingSeconds, workingSeconds!]));
  return {generatingShare: total, generatingShareLow: low, generatingShareHigh: high};
}

/** Σ parts / Σ wholes, and the quartiles of the single ratios. */
function ratio(pairs: readonly (readonly [part: number, whole: number])[]): [total: number, low: number, high: number] {
  const total = sum(pairs.map(([part]) => part)) / sum(pairs.map(([, whole]) => whole));
  const [low, high] = quantiles(
    pairs.map(([part, whole]) => part / whole),
    [0.25, 0.75],
  );
  return [total, low!, high!];
}
