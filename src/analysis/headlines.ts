import {leadAt} from "../score/crossover.js";
import {budgetDifference} from "./budgetDifference.js";
import {
  type Aggregate,
  allocationText,
  type BudgetReplicates,
  type BudgetScore,
  budgetReplicates,
  budgetScores,
  within,
} from "./candidates.js";
import type {CellOptions} from "./cell.js";
import {groupBy} from "./groupBy.js";
import type {Series} from "./series.js";
import type {AnalysisOptions} from "./settings.js";

/** One participant's best score of a budget over the environments of the headline; null, with the reason, where it has none. */
export type ParticipantScore = {
  agent: string;
  kind: "agent" | "human";
  score: number | null;
  allocation: string | null;
  reason: string | null;
};

/** Two participants at a budget: the one named first minus the other. */
export type Difference = {
  first: string | null;
  second: string | null;
  difference: number | null;
  low: number | null;
  high: number | null;
  /** Replicates in which one of the two has no score: left out of the interval. */
  undefinedReplicates: number;
  /** Why there is no difference, or no interval. */
  reason: string | null;
};

/** What is said of a budget: who leads, by how much, and how the best agent stands against people. */
export type Headline = {
  timeBudgetSeconds: number;
  environments: string[];
  scores: ParticipantScore[];
  /** Null where the best are equal, or fewer than two have a score. */
  leader: string | null;
  lead: Difference;
  /** Best agent − people; null where no people are in the selection. */
  againstPeople: Difference | null;
};

/** The environments that a headline is about: the same for all who are compared at that budget. */
export type Scope = {timeBudgetSeconds: number; environments: readonly string[]};

export type HeadlineOptions = {options: AnalysisOptions; cellOptions: CellOptions; aggregate: Aggregate};

/** The headline of each scope, in their order. Budgets over the same environments share their resamples. */
export function headlines(series: readonly Series[], scopes: readonly Scope[], how: HeadlineOptions): Headline[] {
  const bySet = groupBy(scopes, ({environments}) => environments.join(" "));
  const found = new Map(
    [...bySet.values()].flatMap((own) => headlinesOver(series, own, how).map((each) => [each.timeBudgetSeconds, each])),
  );
  return scopes.map(({timeBudgetSeconds}) => found.get(timeBudgetSeconds)!);
}

type Participant = {series: Series; scores: BudgetScore[]};
type Standing = {participant: Participant; score: number};

function headlinesOver(series: readonly Series[], scopes: readonly Scope[], how: HeadlineOptions): Headline[] {
  const {environments} = scopes[0]!;
  const budgets = scopes.map(({timeBudgetSeconds}) => timeBudgetSeconds);
  const participants = series.map((each): Participant => {
    const own = within(each, environments);
    return {series: own, scores: budgetScores(own, budgets, how.options, how.cellOptions, how.aggregate)};
  });
  const standings = budgets.map((_, i) => standingsAt(participants, i));
  const needed = participants.map((each) => budgets.map((_, i) => isCompared(each, standings[i]!)));
  const replicates = new Map(participants.map((each, p) => [each, neededReplicates(each, needed[p]!, how)]));
  return budgets.map((timeBudgetSeconds, i) => {
    const between = (a: Standing, b: Standing) => differenceOf(a, b, i, replicates, how.options);
    return {
      timeBudgetSeconds,
      environments: [...environments],
      scores: participants.map((each) => participantScore(each, i)),
      ...leadOf(standings[i]!, environments, between),
      againstPeople: againstPeople(participants, standings[i]!, i, between),
    };
  });
}

/** Those with a score at budget i, the best first. */
const standingsAt = (participants: readonly Participant[], i: number): Standing[] =>
  participants
    .flatMap((participant) => {
      const {chosen} = participant.scores[i]!;
      return chosen === null ? [] : [{participant, score: chosen.score}];
    })
    .sort((a, b) => b.score - a.score);

const bestAgent = (standings: readonly Standing[]) => standings.find(({participant}) => participant.series.kind === "agent");

/** Only the first two, the best agent and people need replicates. */
const isCompared = (participant: Participant, standings: readonly Standing[]) =>
  [standings[0], standings[1], bestAgent(standings)].some((each) => each?.participant === participant) ||
  (participant.series.kind === "human" && standings.some((each) => each.participant === participant));

function neededReplicates({series, scores}: Participant, needed: readonly boolean[], {options, aggregate}: HeadlineOptions) {
  const drawn = budgetReplicates(
    series,
    scores.filter((_, i) => needed[i]),
    options,
    aggregate,
  );
  let next = 0;
  return needed.map((isNeeded) => (isNeeded ? drawn[next++]! : null));
}

function participantScore({series: {agent, kind}, scores}: Participant, i: number): ParticipantScore {
  const {chosen, reason} = scores[i]!;
  return {agent, kind, score: chosen?.score ?? null, allocation: chosen && allocationText(chosen), reason};
}

type Between = (a: Standing, b: Standing) => Difference;

const NO_DIFFERENCE = {first: null, second: null, difference: null, low: null, high: null, undefinedReplicates: 0};

function leadOf(standings: readonly Standing[], environments: readonly string[], between: Between) {
  const [first, second] = standings;
  if (first === undefined || second === undefined) {
    const who = first === undefined ? "nobody has" : `${first.participant.series.agent} alone has`;
    const over = environments.length === 1 ? environments[0] : `all ${environments.length} environments`;
    const reason = environments.length === 0 ? "no environment is left in which anybody has a score" : `${who} a score over ${over}`;
    return {leader: null, lead: {...NO_DIFFERENCE, reason}};
  }
  const isTied = leadAt([first.score], [second.score], 0) === 0;
  return {leader: isTied ? null : first.participant.series.agent, lead: between(first, second)};
}

function againstPeople(participants: readonly Participant[], standings: readonly Standing[], i: number, between: Between) {
  const people = participants.find(({series}) => series.kind === "human");
  if (people === undefined) return null;
  const standing = standings.find(({participant}) => participant === people);
  const best = bestAgent(standings);
  if (standing === undefined) return {...NO_DIFFERENCE, reason: `${people.series.agent}: ${people.scores[i]!.reason}`};
  return best ? between(best, standing) : {...NO_DIFFERENCE, reason: "no agent has a score over these environments"};
}

function differenceOf(
  a: Standing,
  b: Standing,
  i: number,
  replicates: ReadonlyMap<Participant, readonly (BudgetReplicates | null)[]>,
  options: Pick<AnalysisOptions, "interval" | "resample">,
): Difference {
  const drawn = ({participant, score}: Standing) => ({score, ...replicates.get(participant)![i]!});
  const [first, second] = [a, b].map(({participant}) => participant.series.agent);
  return {first: first!, second: second!, ...budgetDifference(drawn(a), drawn(b), options)};
}
