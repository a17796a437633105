import type {Environment} from "../environment/environment.js";
import {groupBy} from "./groupBy.js";
import type {ScoredAttempt} from "./scoredAttempt.js";
import type {Selected} from "./select.js";
import type {AnalysisOptions} from "./settings.js";

/** One line of a table: a participant, or a part of its attempts in a breakdown. */
export type Series = {
  agent: string;
  kind: "agent" | "human";
  /** Category, scaffold or cohort; null without such a breakdown, or where it is not known. */
  group: string | null;
  /** Set where the series is about one environment. */
  environment: string | null;
  /** Environments that full coverage means. */
  expected: readonly string[];
  attempts: readonly ScoredAttempt[];
  /** Names the random streams: the agent, where the series has all of its attempts in the environments that it is about. */
  streamName: string;
  /** What allocations are chosen on, where that is more than the series: the participant that a category is a part of. */
  partOf: Series | null;
};

/** The series of a selection: agents by name, then people; within each by group or environment. */
export function seriesOf({attempts, environments}: Selected, expected: readonly Environment[], {by}: AnalysisOptions): Series[] {
  const category = new Map([...environments, ...expected].map((each) => [each.name, each.category]));
  const names = expected.map(({name}) => name);
  const whole = [...groupBy(attempts, ({kind, agent}) => `${kind} ${agent}`).values()].map(([first, ...rest]): Series => {
    const {agent, kind} = first!;
    const own = [first!, ...rest];
    return {agent, kind, group: null, environment: null, expected: names, attempts: own, streamName: agent, partOf: null};
  });
  return whole.flatMap((series) => partsOf(series, by, category)).sort(inOrder);
}

function partsOf(series: Series, by: AnalysisOptions["by"], category: ReadonlyMap<string, string>): Series[] {
  const split = <K>(keyOf: (attempt: ScoredAttempt) => K) => [...groupBy(series.attempts, keyOf)];
  if (by === "environment") {
    return split(({environment}) => environment).map(([environment, attempts]) => ({
      ...series,
      environment,
      expected: [environment],
      attempts,
    }));
  }
  if (by === "category") {
    return split(({environment}) => category.get(environment)!).map(([group, attempts]) => {
      const expected = series.expected.filter((name) => category.get(name) === group);
      return {...series, group, expected, attempts, partOf: series};
    });
  }
  if (by === "scaffold" || (by === "cohort" && series.kind === "human")) {
    const groups = split((attempt) => attempt[by]);
    const streamName = (group: string | null) => (groups.length === 1 ? series.agent : `${series.agent}/${group}`);
    return groups.map(([group, attempts]) => ({...series, group, attempts, streamName: streamName(group)}));
  }
  return [series];
}

function inOrder(a: Series, b: Series): number {
  const key = ({agent, kind, group, environment}: Series) => [kind === "human" ? "1" : "0", agent, group ?? "", environment ?? ""];
  const [left, right] = [key(a), key(b)];
  const i = left.findIndex((value, at) => value !== right[at]);
  return i < 0 ? 0 : left[i]! < right[i]! ? -1 : 1;
}

/** The time limits at which a series has attempts, and those whose attempts can be seen at earlier times. Ascending. */
export function limitsOf({attempts}: Pick<Series, "attempts">): {native: number[]; logged: number[]} {
  const limits = (some: readonly ScoredAttempt[]) => [...new Set(some.map(({timeLimitSeconds}) => timeLimitSeconds))].sort((a, b) => a - b);
  return {native: limits(attempts), logged: limits(attempts.filter(({scoreAt}) => scoreAt !== null))};
}

/** ` (group)` or ` (environment)` behind an agent's name in a sentence; nothing for a whole participant. */
export const partText = ({group, environment}: Series): string => ((group ?? environment) === null ? "" : ` (${group ?? environment})`);
