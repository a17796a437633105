import {naturalFromRaw} from "../environment/naturalScore.js";
import {rawScore} from "../score/normalize.js";
import {attemptRecord} from "../store/attemptRecord.js";
import {storeNames} from "../store/attemptRows.js";
import {contextOf, type Source} from "./context.js";
import {groupBy} from "./groupBy.js";
import type {ScoredAttempt} from "./scoredAttempt.js";
import type {Selected} from "./select.js";
import type {AnalysisOptions, Warning} from "./settings.js";
import {type SelectionSettings, selectionSettings} from "./settingsInForce.js";

/** The best attempt of a participant in an environment, of those that count, as they count. */
export type BestAttemptRow = {
  environment: string;
  kind: "agent" | "human";
  agent: string;
  /** How many attempts it is the best of. */
  attempts: number;
  attemptId: string;
  timeLimitSeconds: number;
  /** That it carries and counts with all the same. */
  flags: readonly string[];
  /** Normalized; what flags and errors do to it is done. */
  score: number;
  /** In the environment's natural unit; null, with the reason, where the record does not say it. */
  naturalScore: number | null;
  naturalScoreReason: string | null;
  naturalUnit: string;
  /** The constants that its score is normalized with; null where its source does not state them. */
  startingScore: number | null;
  referenceScore: number | null;
};

export type BestAttempts = {
  rows: BestAttemptRow[];
  /** Definitions of the environments of the selection, by name. */
  environments: Selected["environments"];
  tier: Selected["tier"];
  /** Every agent in the store, whether selected or not: what a name can be checked against. */
  agentsInStore: string[];
  settings: SelectionSettings;
  warnings: Warning[];
};

/** The best attempt of each participant in each environment, by environment, agents by name, then people; of equals the first by id. */
export async function bestAttempts(source: Source, options: AnalysisOptions): Promise<BestAttempts> {
  const context = await contextOf(source, options, () => []);
  const {attempts, environments, tier} = context.selected;
  const groups = groupBy(attempts, ({kind, agent, environment}) => JSON.stringify([environment, kind, agent]));
  const rows = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, own]) => bestOf(own, environments));
  const {agents: agentsInStore} = await storeNames(source.connection);
  const command = {best: "highest normalized score, as it counts; of equal ones the first by id"};
  return {rows, environments, tier, agentsInStore, settings: selectionSettings(context, options, command), warnings: [...context.warnings]};
}

/** The transcript that each attempt's record names, by attempt id; null where it names none. */
export async function transcriptsOf({connection}: Source, attemptIds: readonly string[]): Promise<Map<string, string | null>> {
  const transcripts = new Map<string, string | null>();
  for (const id of attemptIds) transcripts.set(id, (await attemptRecord(connection, id)).transcript);
  return transcripts;
}

function bestOf(attempts: readonly ScoredAttempt[], environments: Selected["environments"]): BestAttemptRow {
  const best = attempts.reduce((first, each) => (isBetter(each, first) ? each : first));
  const {environment, kind, agent, attemptId, timeLimitSeconds, flags, score, constants} = best;
  const {transform, naturalUnit} = environments.find(({name}) => name === environment)!.rawScore;
  const reason = whyNoNatural(best);
  return {
    ...{environment, kind, agent, attempts: attempts.length, attemptId, timeLimitSeconds, flags, score},
    naturalScore: reason === null ? naturalFromRaw(transform, rawScore(score, constants!)) : null,
    naturalScoreReason: reason,
    naturalUnit,
    startingScore: constants?.startingScore ?? null,
    referenceScore: constants?.referenceScore ?? null,
  };
}

const isBetter = (a: ScoredAttempt, b: ScoredAttempt) => a.score > b.score || (a.score === b.score && a.attemptId < b.attemptId);

/** A score of 0 stands for everything at or below the starting score, for nothing valid, and for attempts that count 0. */
function whyNoNatural({constants, score}: ScoredAttempt): string | null {
  if (constants === null) return "the source normalized its scores and does not say with which constants";
  return score <= 0 ? "no attempt counts above the starting score" : null;
}
