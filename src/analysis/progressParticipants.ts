import {type Context, contextOf, type Source} from "./context.js";
import {pointEstimate} from "./estimates.js";
import {groupBy} from "./groupBy.js";
import {followedAttempts, type NoCurve, notFollowed, PROGRESS_LIMIT_SECONDS, progressCell, withoutLogs} from "./progressTimes.js";
import type {Series} from "./series.js";
import type {AnalysisOptions, Warning} from "./settings.js";
import {wholeParticipants} from "./wholeParticipants.js";

/** A participant that is shown over time: its followed attempts, and how they did. */
export type ProgressParticipant = {
  /** The 8-hour attempts whose scores over time are known, and no others. */
  series: Series;
  /** Null for people, and for agents without one or with several. */
  scaffold: string | null;
  /** Mean normalized score@1 at 8 hours, over these environments. */
  score: number;
  environments: readonly string[];
  /** Its attempts of 8 hours that have no scores over time. */
  left: number;
};

export type ProgressOptions = AnalysisOptions & {
  /** Every agent, not only the best of each scaffold. */
  everyAgent: boolean;
};

export type ProgressParticipants<Options extends ProgressOptions> = {
  options: Options;
  context: Context;
  /** Agents by name, then people. */
  shown: ProgressParticipant[];
  /** The agents that others of their scaffold were left out for. */
  chosen: {scaffold: string; agent: string; of: string[]}[];
  warnings: Warning[];
  /** Why nobody is shown; null where someone is. */
  reason: string | null;
};

export const CHOICE_RULE = {
  participants:
    "people, and of each scaffold the agent with the widest coverage, then the highest score@1 at 8h, then the first by name; an agent without a scaffold is its own",
} as const;

/** Scores that differ by no more than this share of them tie: they are the same sum, rounded differently. */
const TIE = 1e-12;

/**
 * Who is shown over time inside 8-hour attempts: people, and of each scaffold the agent with the widest coverage of environments, then
 * the highest mean normalized score@1 at 8 hours, then the first by name; or with `everyAgent` all of them.
 *
 * With `--common` the environments are those that the ones shown share.
 *
 * @see arXiv 2411.15114, figure 5.
 */
export async function progressParticipants<Options extends ProgressOptions>(
  source: Source,
  asked: Options,
): Promise<ProgressParticipants<Options>> {
  const {options, warnings} = wholeParticipants(asked);
  const unrestricted = options.common && !options.everyAgent ? await contextOf(source, {...options, common: false}, () => []) : null;
  const names = unrestricted && new Set(participantsIn(unrestricted, options).shown.map(({series}) => series.agent));
  const context = await contextOf(source, options, (series, cellOptions) => {
    const found = names === null || names.has(series.agent) ? participantOf(series, options, cellOptions) : null;
    return found !== null && "series" in found ? [{row: "progress", environments: found.environments}] : [];
  });
  const {found, shown, chosen} = participantsIn(context, options);
  return {
    options,
    context,
    shown,
    chosen,
    warnings: [...warnings, ...(shown.length === 0 ? [] : found.flatMap(notShown))],
    reason: shown.length === 0 ? nobody(found) : null,
  };
}

type Found = ProgressParticipant | (NoCurve & {agent: string});

function participantsIn({series, cellOptions}: Context, options: ProgressOptions) {
  const found = series.map((each) => participantOf(each, options, cellOptions));
  const candidates = found.filter((each) => "series" in each);
  return {found, ...(options.everyAgent ? {shown: candidates, chosen: []} : bestOfScaffolds(candidates))};
}

function participantOf(series: Series, options: ProgressOptions, cellOptions: Context["cellOptions"]): Found {
  const {agent} = series;
  const followed = followedAttempts(series);
  if ("reason" in followed) return {agent, ...followed};
  const found = pointEstimate(followed.series, progressCell(followed.series, PROGRESS_LIMIT_SECONDS, cellOptions), 1, options);
  if ("reason" in found) return {agent, why: "no-score", reason: found.reason, attempts: followed.series.attempts.length};
  const environments = found.parts.map(({environment}) => environment);
  return {...followed, scaffold: scaffoldOf(followed.series), score: found.score, environments};
}

function scaffoldOf({kind, attempts}: Series): string | null {
  const scaffolds = new Set(attempts.map(({scaffold}) => scaffold));
  return kind === "human" || scaffolds.size > 1 ? null : attempts[0]!.scaffold;
}

function bestOfScaffolds(candidates: readonly ProgressParticipant[]): Pick<ProgressParticipants<ProgressOptions>, "shown" | "chosen"> {
  const groups = [
    ...groupBy(candidates, ({scaffold, series}) => JSON.stringify(scaffold === null ? [series.agent] : [scaffold, 0])).values(),
  ];
  const best = groups.map((own) => ({own, one: bestOf(own)}));
  const isBest = new Set(best.map(({one}) => one));
  return {
    shown: candidates.filter((each) => isBest.has(each)),
    chosen: best.flatMap(({own, one}) =>
      own.length === 1 ? [] : [{scaffold: one.scaffold!, agent: one.series.agent, of: own.map(({series}) => series.agent)}],
    ),
  };
}

/** @param own In the order of names, at least one. */
function bestOf(own: readonly ProgressParticipant[]): ProgressParticipant {
  const widest = Math.max(...own.map(({environments}) => environments.length));
  const covering = own.filter(({environments}) => environments.length === widest);
  const best = Math.max(...covering.map(({score}) => score));
  return covering.find(({score}) => best - score <= TIE * Math.abs(best))!;
}

/** Participants of whose 8-hour attempts some or all are left out. An agent that made none is no part of this. */
function notShown(found: Found): Warning[] {
  if ("series" in found) return notFollowed(found.series.agent, found.left);
  const {agent, why, reason, attempts} = found;
  if (why === "no-logs") return notFollowed(agent, attempts);
  return why === "no-attempts" ? [] : [{code: "no-curve", agent, message: `${agent} has no curve: ${reason}`}];
}

function nobody(found: readonly Found[]): string {
  const without = found.filter((each) => "why" in each);
  const unscored = without.find(({why}) => why === "no-score");
  if (unscored !== undefined) return `${unscored.agent}: ${unscored.reason}`;
  const attempts = without.reduce((sum, each) => sum + each.attempts, 0);
  return attempts > 0 ? withoutLogs(attempts) : "no attempts of 8h in the selection, in which scores over time are followed";
}
