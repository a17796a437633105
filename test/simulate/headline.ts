import {type Catalogue, findEnvironment, readCatalogue} from "../../src/environment/catalogue.js";
import {agentLabel, HUMAN} from "../../src/record/agentLabel.js";
import type {Attempt} from "../../src/record/attempt.js";
import {scoreAtK} from "../../src/score/scoreAtK.js";

/** Best average score within a time budget, and the allocation that gave it, such as "0.5h@16 Modular (…)". */
export type Headline = {hours: number; human: number; agent: number; allocation: string};

const catalogue: Catalogue = readCatalogue();

/** Normalized score of the attempt as it stood at working time `seconds`, floored at 0; 0 where nothing was valid yet. */
export function scoreAt(attempt: Attempt, seconds = Infinity): number {
  const {startingScore, referenceScore, finalScoreRule} = attempt;
  const scores = attempt.scoreLog!.flatMap(({workingSeconds, score}) => (workingSeconds <= seconds && score !== null ? [score] : []));
  const normalized = scores.map((score) => (score - startingScore!) / (referenceScore! - startingScore!));
  const score = finalScoreRule === "last" ? normalized.at(-1) : Math.max(...normalized);
  return Math.max(0, score ?? 0);
}

/** People against the best agent at 2, 8 and 32 hours, computed here from the rules alone. Attempts lost to infrastructure are left out. */
export function headlines(attempts: readonly Attempt[]): Headline[] {
  const kept = attempts.filter(({status}) => status === "finished");
  const people = kept.filter(({participant}) => agentLabel(participant) === HUMAN);
  const groups = groupBy(
    kept.filter(({participant}) => agentLabel(participant) !== HUMAN),
    ({participant, timeLimitSeconds}) => `${agentLabel(participant)}|${timeLimitSeconds! / 3600}`,
  );
  return [2, 8, 32].map((hours) => {
    const candidates = [...groups].flatMap(([key, members]) => {
      const [label, limit] = [key.split("|")[0]!, Number(key.split("|")[1])];
      const k = hours / limit;
      const score = Number.isInteger(k) ? averageAtK(members, k) : null;
      return score === null ? [] : [{score, allocation: `${limit}h@${k} ${label}`}];
    });
    const best = candidates.reduce((a, b) => (b.score > a.score ? b : a));
    const human = hours <= 8 ? averageAtK(people, 1, hours * 3600) : averageAtK(people, hours / 8);
    return {hours, human: human!, agent: best.score, allocation: best.allocation};
  });
}

/** score@k averaged over the environments, the plain mean where scores are hidden; null where an environment has too few attempts. */
export function averageAtK(attempts: readonly Attempt[], k: number, seconds = Infinity): number | null {
  const scores = [...groupBy(attempts, ({environment}) => environment)].map(([name, members]) => {
    const values = members.map((attempt) => scoreAt(attempt, seconds));
    if (findEnvironment(catalogue, name).combine === "mean") return scoreAtK(values, 1);
    return k > values.length ? null : scoreAtK(values, k);
  });
  return scores.includes(null) || scores.length < 7 ? null : mean(scores as number[]);
}

function groupBy<T>(values: readonly T[], key: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(key(value));
    if (group) group.push(value);
    else groups.set(key(value), [value]);
  }
  return groups;
}

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
