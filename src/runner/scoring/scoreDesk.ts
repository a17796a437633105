import {renameSync, rmSync} from "node:fs";
import {join} from "node:path";
import type {Environment} from "../../environment/environment.js";
import {applyScoreRule} from "../../environment/scoreRule.js";
import {RebenchError} from "../../errors.js";
import type {ScoreAnswer} from "../agents/agent.js";
import type {JournalEntry} from "../journal/event.js";
import type {Journal} from "../journal/journal.js";
import type {WorkingClock} from "../journal/workingClock.js";
import type {SubmissionCopy} from "../sandbox/submissionCopier.js";
import type {ScorerAnswer} from "./runScorer.js";

type Scored = Extract<JournalEntry, {type: "scored"}>;

export type ScoreDeskParts = {
  environment: Environment;
  timeLimitSeconds: number;
  journal: Journal;
  clock: WorkingClock;
  /** Holds the participant still: for the whole of a scoring that does not count, else while the copy is taken. */
  still: {hold(reason: "scoring" | "copying"): Promise<void>; release(reason: "scoring" | "copying"): Promise<void>};
  /** Where copies of submissions are kept, by their hash. */
  submissions: string;
  /** Makes the copy at `submissions/name`. */
  copy: (name: string) => Promise<SubmissionCopy>;
  /** @throws RebenchError `scorer-broken`. */
  scorer: (submission: string, remeasure: boolean) => Promise<ScorerAnswer>;
  monotonic: () => number;
  log: (line: string) => void;
};

/** Takes requests for a score, one after the other, and answers each once, however often it is asked. */
export type ScoreDesk = {
  /**
   * @param isFinal The runner's own request at the end, which counts at the limit at the latest.
   * @throws RebenchError `too-late`, or `scorer-broken` where it is broken twice.
   */
  score(requestId: string, isFinal?: boolean): Promise<ScoreAnswer>;
  /** Measures the best submission again, where the environment's scores are noisy. */
  remeasureBest(): Promise<void>;
  answers(): readonly ScoreAnswer[];
  /** Requests that were accepted before a crash and never answered; they count when they were asked. */
  unanswered(): string[];
};

/** A fault of ours is tried again once: a loaded machine, say. */
const TRIES = 2;

export function scoreDesk(parts: ScoreDeskParts): ScoreDesk {
  const {journal, environment} = parts;
  const inFlight = new Map<string, Promise<ScoreAnswer>>();
  let last: Promise<unknown> = Promise.resolve();
  const scored = () => journal.entries.filter((entry): entry is Scored => entry.type === "scored");
  return {
    score(requestId, isFinal = false) {
      const known = scored().find((entry) => entry.requestId === requestId);
      if (known !== undefined) return Promise.resolve(answerOf(known, environment));
      const running = inFlight.get(requestId);
      if (running !== undefined) return running;
      const own = last.then(() => handle(requestId, isFinal, parts, scored));
      last = own.catch(() => {}); // one after the other, whatever becomes of the one before
      inFlight.set(requestId, own);
      return own.finally(() => inFlight.delete(requestId));
    },
    async remeasureBest() {
      await last;
      if (environment.runner?.remeasureBest !== true) return;
      const valid = scored().filter((entry) => entry.score !== null && !entry.remeasured);
      const higherIsBetter = environment.direction === "higher";
      const best = applyScoreRule(
        "best",
        valid.map(({score}) => score),
        higherIsBetter,
      );
      const found = valid.find(({score}) => score === best);
      if (found === undefined) return;
      const answer = await tryScorer(join(parts.submissions, found.submissionSha256!), true, found.requestId, parts);
      if (answer !== null) append({...found, ...answer, remeasured: true, repeat: false}, parts);
    },
    answers: () =>
      scored()
        .filter(({remeasured}) => !remeasured)
        .map((entry) => answerOf(entry, environment)),
    unanswered() {
      const answered = new Set(journal.entries.flatMap((entry) => (entry.type === "scored" ? [entry.requestId] : [])));
      return journal.entries.flatMap((entry) =>
        entry.type === "score-requested" && !answered.has(entry.requestId) ? [entry.requestId] : [],
      );
    },
  };
}

async function handle(requestId: string, isFinal: boolean, parts: ScoreDeskParts, scored: () => Scored[]): Promise<ScoreAnswer> {
  const {journal, clock, still, environment, timeLimitSeconds} = parts;
  const asked = journal.entries.find((entry) => entry.type === "score-requested" && entry.requestId === requestId);
  if (asked === undefined && !isFinal && clock.seconds() > timeLimitSeconds) throw tooLate();
  const holding = environment.runner?.scoringCountsTime === true ? "copying" : "scoring";
  await still.hold(holding); // before the request is noted: what is scored is what was there when it was asked for
  try {
    const accepted = asked ?? journal.append({type: "score-requested", requestId});
    const copied = await copySubmission(parts);
    if (holding === "copying") await still.release(holding);
    const began = parts.monotonic();
    const {answer, sha256, repeat} = await answerFor(copied, requestId, parts, scored());
    const scoringSeconds = parts.monotonic() - began;
    const entry = append(
      {
        ...answer,
        requestId,
        askedAtSeconds: Math.min(accepted.workingSeconds, timeLimitSeconds),
        submissionSha256: sha256,
        repeat,
        scoringSeconds,
        remeasured: false,
      },
      parts,
    );
    return answerOf(entry, environment);
  } finally {
    await still.release(holding);
  }
}

/** A copy that lies under its hash; a second one of the same content takes its place. */
async function copySubmission({submissions, copy}: ScoreDeskParts): Promise<SubmissionCopy> {
  const copied = await copy(INCOMING);
  if (copied.refused !== null) return copied;
  const place = join(submissions, copied.sha256);
  rmSync(place, {recursive: true, force: true});
  renameSync(join(submissions, INCOMING), place);
  return copied;
}

const INCOMING = "incoming";

/** What a submission gets: its first answer where it was scored before, a refusal, or what the scorer says. */
async function answerFor(copied: SubmissionCopy, requestId: string, parts: ScoreDeskParts, scored: readonly Scored[]) {
  if (copied.refused !== null) return {answer: {score: null, reason: copied.refused, details: {}}, sha256: null, repeat: false};
  const {sha256} = copied;
  const first = scored.find((entry) => entry.submissionSha256 === sha256 && !entry.remeasured);
  if (first !== undefined) return {answer: {score: first.score, reason: first.reason, details: first.details}, sha256, repeat: true};
  const answer = await tryScorer(join(parts.submissions, sha256), false, requestId, parts);
  if (answer === null) throw ourFault();
  return {answer, sha256, repeat: false};
}

/** Null where the scorer is broken each time; the journal has why. */
async function tryScorer(submission: string, remeasure: boolean, requestId: string, {scorer, journal, log}: ScoreDeskParts) {
  for (let i = 0; i < TRIES; ++i) {
    try {
      return await scorer(submission, remeasure);
    } catch (error) {
      if (!(error instanceof RebenchError && error.code === "scorer-broken")) throw error;
      log(error.message);
      journal.append({type: "scoring-failed", requestId, problem: error.problem});
    }
  }
  return null;
}

const append = (entry: Omit<Scored, "type" | "sequence" | "workingSeconds" | "time">, {journal}: ScoreDeskParts): Scored => {
  const {requestId, askedAtSeconds, submissionSha256, score, reason, details, repeat, scoringSeconds, remeasured} = entry;
  const seconds = Math.round(scoringSeconds * 1000) / 1000;
  return journal.append({
    type: "scored",
    requestId,
    askedAtSeconds,
    submissionSha256,
    score,
    reason,
    details,
    repeat,
    scoringSeconds: seconds,
    remeasured,
  }) as Scored;
};

/** What a participant may know: of hidden scores only whether they are valid. */
function answerOf({score, reason, repeat, askedAtSeconds}: Scored, {scoreHidden}: Environment): ScoreAnswer {
  return {score: scoreHidden ? null : score, valid: score !== null, message: reason, repeat, workingSeconds: askedAtSeconds};
}

const tooLate = () =>
  new RebenchError("too-late", {problem: "the time limit is reached: nothing is scored any more", hint: "What was scored before counts."});

const ourFault = () =>
  new RebenchError("scorer-broken", {
    problem: "the submission could not be scored, through no fault of yours; it counts neither for nor against you",
    hint: "Ask again later.",
  });
