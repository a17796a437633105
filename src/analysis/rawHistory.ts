import type {Constants, Environment} from "../environment/environment.js";
import {naturalFromRaw} from "../environment/naturalScore.js";
import {runningRawScore} from "../score/runningRawScore.js";
import {type Context, contextOf, type Source} from "./context.js";
import {groupBy} from "./groupBy.js";
import {type RawAttempt, type RawLogs, rawLogs} from "./rawLogs.js";
import {scopeSettings} from "./scopeSettings.js";
import type {AnalysisOptions, Warning} from "./settings.js";
import {type SelectionSettings, selectionSettings} from "./settingsInForce.js";
import {unusedWarnings, withoutUnused} from "./unusedOptions.js";
import {wholeParticipants} from "./wholeParticipants.js";

/** A vertex of the step function of one attempt's score in natural units: it holds from that time on. */
export type RawHistoryRow = {
  environment: string;
  agent: string;
  kind: "agent" | "human";
  attemptId: string;
  /** Working time since the start. */
  timeSeconds: number;
  /** In the environment's `naturalUnit`. */
  naturalScore: number;
};

/** What the scores of an environment are measured in, and against. */
export type RawHistoryEnvironment = {
  environment: string;
  title: string;
  naturalUnit: string;
  /** Which scores are better. */
  direction: "lower" | "higher";
  /** Whether scores are compared by a logarithm. */
  logScale: boolean;
  /** The natural scores that become 0 and 1; null, with the reason, where the attempts shown have several. */
  startingNatural: number | null;
  referenceNatural: number | null;
  reason: string | null;
  attempts: number;
};

export type RawHistory = {
  /** By environment, participant (agents by name, then people), attempt and time. */
  rows: RawHistoryRow[];
  environments: RawHistoryEnvironment[];
  settings: SelectionSettings;
  warnings: Warning[];
  /** Why there are no rows; null where there are. */
  reason: string | null;
};

const DEFINITIONS = {
  history:
    "steps: the best (or last or first, by the environment's rule) valid score-log entry so far, from the first one to the time limit; entries up to 1 % late count there; a score measured again does not enter",
  timeLimits: "of each participant the longest at which it has raw score logs",
} as const;

/**
 * Raw scores over working time in natural units (ms, seconds, loss, fraction), for the attempts of each participant's longest time
 * limit that have raw score logs. Attempts whose source stores scores normalized have none. Options of the bootstrap, the floor and
 * `common` change nothing.
 *
 * A figure of this program, not of the paper.
 */
export async function rawHistory(source: Source, asked: AnalysisOptions): Promise<RawHistory> {
  const whole = wholeParticipants(asked);
  const {options, warnings} = withoutUnused(whole.options, {common: "each environment stands for itself"});
  const context = await contextOf(source, options, () => []);
  const logs = await rawLogs(source, context.selected.attempts.filter(isCounted(context)), options);
  const {shown, limits} = ofLongestLimits(logs.raw);
  const lines = shown.map((one) => ({...one, points: pointsOf(one)})).filter(({points}) => points.length > 0);
  const {clock: _, ...scope} = scopeSettings(context, options);
  return {
    rows: lines.flatMap(({attempt: {environment, agent, kind, attemptId}, points}) =>
      points.map(({timeSeconds, score}) => ({environment, agent, kind, attemptId, timeSeconds, naturalScore: score})),
    ),
    environments: context.selected.environments.flatMap((environment) => environmentRow(environment, lines)),
    settings: selectionSettings(context, options, {clock: "working", ...scope, limits, ...DEFINITIONS}),
    warnings: [
      ...context.warnings,
      ...whole.warnings,
      ...warnings,
      ...(options.clock === "wall" ? unusedWarnings(["--clock wall"], "raw scores are shown over working time") : []),
      ...(lines.length === 0 ? [] : leftOut(logs, shown.length - lines.length)),
    ],
    reason: lines.length === 0 ? reasonOf(context, logs) : null,
  };
}

const isCounted =
  ({cellOptions: {only}}: Context) =>
  ({environment}: {environment: string}) =>
    only === null || only.environments.has(environment);

/** Those of each participant's longest limit, in the order of rows, and these limits. */
function ofLongestLimits(raw: readonly RawAttempt[]): {shown: RawAttempt[]; limits: {agent: string; timeLimitSeconds: number}[]} {
  const participants = [...groupBy(raw, ({attempt: {kind, agent}}) => JSON.stringify([kind, agent]))].sort(([a], [b]) => (a < b ? -1 : 1));
  const longest = participants.map(([, own]) => {
    const timeLimitSeconds = own.reduce((most, {attempt}) => Math.max(most, attempt.timeLimitSeconds), 0);
    return {timeLimitSeconds, own: own.filter(({attempt}) => attempt.timeLimitSeconds === timeLimitSeconds)};
  });
  const shown = longest.flatMap(({own}) => own);
  const inOrder = ({attempt: a}: RawAttempt, {attempt: b}: RawAttempt) =>
    a.environment < b.environment ? -1 : a.environment > b.environment ? 1 : 0;
  return {
    shown: shown.sort(inOrder),
    limits: longest.map(({own, timeLimitSeconds}) => ({agent: own[0]!.attempt.agent, timeLimitSeconds})),
  };
}

const pointsOf = ({attempt: {timeLimitSeconds}, log, rule, higherIsBetter}: RawAttempt) =>
  runningRawScore(log, {rule, higherIsBetter, timeLimitSeconds});

function environmentRow(
  {name, title, direction, rawScore: {naturalUnit, transform}}: Environment,
  lines: readonly RawAttempt[],
): RawHistoryEnvironment[] {
  const own = lines.filter(({attempt}) => attempt.environment === name);
  const sets = [...groupBy(own, ({attempt}) => textOf(attempt.constants!)).values()].map(([first]) => first!.attempt.constants!);
  const [only] = sets;
  if (only === undefined) return [];
  const isOne = sets.length === 1;
  const reason = isOne
    ? null
    : `attempts are normalized with different constants (start → reference): ${sets.map(textOf).sort().join(", ")}`;
  const natural = (raw: number) => (isOne ? naturalFromRaw(transform, raw) : null);
  return [
    {
      ...{environment: name, title, naturalUnit, direction, logScale: transform !== "identity"},
      ...{startingNatural: natural(only.startingScore), referenceNatural: natural(only.referenceScore), reason, attempts: own.length},
    },
  ];
}

const textOf = ({startingScore, referenceScore}: Constants) => `${startingScore} → ${referenceScore}`;

function leftOut({unlogged, normalized, zeroed}: RawLogs, withoutScore: number): Warning[] {
  const left: [code: string, count: number, why: string][] = [
    ["no-score-log", unlogged, "no score log"],
    ["stored-normalized", normalized, "the source stores normalized scores"],
    ["counts-as-zero", zeroed, "flagged or lost to infrastructure, and counted as 0"],
    ["no-valid-score", withoutScore, "nothing valid was scored"],
  ];
  return left
    .filter(([, count]) => count > 0)
    .map(([code, count, why]) => {
      return {code, agent: null, message: `${count} attempt${count === 1 ? "" : "s"} not shown: ${why}`};
    });
}

function reasonOf({selected: {attempts}}: Context, {raw, normalized, zeroed}: RawLogs): string {
  if (attempts.length === 0) return "no attempts in the selection";
  if (normalized > 0)
    return `no raw scores: the score logs of ${normalized} attempts are stored normalized; import records with raw scores`;
  if (raw.length + zeroed > 0) return "no raw scores: no attempt with a score log that counts has a valid entry";
  return `no score logs: none of ${attempts.length} attempts has one; import records with a scoreLog`;
}
