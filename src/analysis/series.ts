import type {Environment} from "../environment/environment.js";
import {HUMAN} from "../record/agentLabel.js";
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
  /** Names the random streams of the series: the same as that of the whole agent where it has all of its attempts in an environment. */
  streamName: string;
};

/** The series of a selection: agents by name, then people; within each by group or environment. */
export function seriesOf({attempts, environments}: Selected, bundled: readonly Environment[], options: AnalysisOptions): Series[] {
  const all = options.requireAll ? bundled : environments;
  const names = all.map(({name}) => name);
  const byAgent = groupBy(attempts, ({agent}) => agent);
  const series = [...byAgent].flatMap(([agent, own]): Series[] => {
    const kind = own[0]!.kind;
    const whole: Series = {agent, kind, group: null, environment: null, expected: names, attempts: own, streamName: agent};
    if (options.by === "environment") {
      return [...groupBy(own, ({environment}) => environment)].map(([environment, part]) => ({
        ...whole,
        environment,
        expected: [environment],
        attempts: part,
      }));
    }
    if (options.by === "category") {
      const category = new Map([...environments, ...all].map(({name, category}) => [name, category]));
      return [...groupBy(own, ({environment}) => category.get(environment)!)].map(([group, part]) => ({
        ...whole,
        group,
        expected: names.filter((name) => category.get(name) === group),
        attempts: part,
      }));
    }
    if (options.by === "cohort" && kind === "human") {
      return [...groupBy(own, ({cohort}) => cohort)].map(([group, part]) => ({
        ...whole,
        group,
        attempts: part,
        streamName: `${agent}/${group}`,
      }));
    }
    if (options.by === "scaffold")
      return [...groupBy(own, ({scaffold}) => scaffold)].map(([group, part]) => ({...whole, group, attempts: part}));
    return [whole];
  });
  const order = ({agent, kind, group, environment}: Series) => [kind === "human" ? 1 : 0, agent, group ?? "", environment ?? ""] as const;
  return series.sort((a, b) => compareKeys(order(a), order(b)));
}

function compareKeys(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  const i = a.findIndex((value, at) => value !== b[at]);
  return i < 0 ? 0 : a[i]! < b[i]! ? -1 : 1;
}

/** The time limits at which a series has attempts, and those whose attempts can be seen at earlier times. */
export function limitsOf({attempts}: Series): {native: number[]; logged: number[]} {
  const limits = (some: readonly ScoredAttempt[]) => [...new Set(some.map(({timeLimitSeconds}) => timeLimitSeconds))].sort((a, b) => a - b);
  return {native: limits(attempts), logged: limits(attempts.filter(({scoreAt}) => scoreAt !== null))};
}

export const isHuman = ({agent}: {agent: string}) => agent === HUMAN;
