import {existsSync, readdirSync, renameSync, rmSync} from "node:fs";
import {join} from "node:path";
import type {Environment} from "../../environment/environment.js";
import {type ErrorCode, RebenchError} from "../../errors.js";
import type {ScoreAnswer} from "../agents/agent.js";
import type {JournalEntry} from "../journal/event.js";
import type {Journal} from "../journal/journal.js";
import type {WorkingClock} from "../journal/workingClock.js";
import type {SubmissionCopy} from "../sandbox/submissionCopier.js";
import {bestScored} from "./bestScored.js";
import {MOST_COPY_BYTES, pruneCopies} from "./pruneCopies.js";
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
   * @throws RebenchError `too-late`; `model-key-refused` or `model-unavailable` where the scorer has no model to ask; `scorer-broken`
   *   where it is broken twice, or a copy made before a crash is gone; `disk-full` or `unwritable-file` where no copy can be made:
   *   then the participant stays still, since what it asked for is what is copied when the attempt is taken up again.
   */
  score(requestId: string, isFinal?: boolean): Promise<ScoreAnswer>;
  /** Measures the best submission again, where the environment's scores are noisy and that was not done. */
  remeasureBest(): Promise<void>;
  answers(): readonly ScoreAnswer[];
  /** Requests that were accepted before a crash and never answered; they count when they were asked. */
  unanswered(): string[];
  /** Accepts nothing new but the final request; resolves when no copy is being made any more, for which the participant is held still. */
  end(): Promise<void>;
  /** Resolves when nothing is being scored. */
  idle(): Promise<void>;
};

/** A fault of ours is tried again once: a loaded machine, say. */
const TRIES = 2;

/** Without the model that it asks nothing can be scored, today: the attempt is cut off, and what was asked for is scored when it goes on. */
const NO_MODEL: readonly ErrorCode[] = ["model-key-refused", "model-unavailable"];

type Desk = ScoreDeskParts & {
  scored: () => Scored[];
  isEnded: () => boolean;
  /** Of the request that is being copied. */
  onCopying: (copied: Promise<unknown>) => void;
  /** Why a copy could not be made: from then on nothing moves, nor is anything scored, until the attempt is taken up again. */
  copyFault: () => RebenchError | null;
};

export function scoreDesk(parts: ScoreDeskParts): ScoreDesk {
  const {journal, environment} = parts;
  const inFlight = new Map<string, Promise<ScoreAnswer>>();
  let [last, copying, isEnded]: [Promise<unknown>, Promise<unknown>, boolean] = [Promise.resolve(), Promise.resolve(), false];
  let copyFault: RebenchError | null = null;
  const scored = () => journal.entries.filter((entry): entry is Scored => entry.type === "scored");
  const onCopying = (copied: Promise<unknown>) => {
    copying = copied.catch((error: RebenchError) => {
      if (error.code !== "scorer-broken") copyFault = error;
    });
  };
  const desk = {...parts, scored, isEnded: () => isEnded, onCopying, copyFault: () => copyFault};
  return {
    score(requestId, isFinal = false) {
      const known = scored().find((entry) => entry.requestId === requestId);
      if (known !== undefined) return Promise.resolve(answerOf(known, environment));
      const running = inFlight.get(requestId);
      if (running !== undefined) return running;
      const own = last.then(() => handle(requestId, isFinal, desk));
      last = own.catch(() => {}); // one after the other, whatever becomes of the one before
      inFlight.set(requestId, own);
      return own.finally(() => inFlight.delete(requestId));
    },
    async remeasureBest() {
      await last;
      if (environment.runner?.remeasureBest === true) await remeasure(desk);
    },
    answers: () =>
      scored()
        .filter(({remeasured}) => !remeasured)
        .map((entry) => answerOf(entry, environment)),
    unanswered() {
      const answered = new Set(scored().map(({requestId}) => requestId));
      const failures = (id: string) => journal.entries.filter((entry) => entry.type === "scoring-failed" && entry.requestId === id).length;
      const isOpen = (id: string) => !answered.has(id) && failures(id) < TRIES; // else it was said that it does not count
      return journal.entries.flatMap((entry) => (entry.type === "score-requested" && isOpen(entry.requestId) ? [entry.requestId] : []));
    },
    async end() {
      isEnded = true;
      await copying;
    },
    async idle() {
      await last;
    },
  };
}

async function remeasure(desk: Desk): Promise<void> {
  const {environment, submissions, scored} = desk;
  if (scored().some(({remeasured}) => remeasured)) return; // before a crash
  const found = bestScored(scored(), environment);
  if (found === undefined) return;
  const began = desk.monotonic();
  const answer = await tryScorer(join(submissions, found.submissionSha256!), true, found.requestId, desk);
  if (answer === null) throw ourFault();
  append({...found, ...answer, remeasured: true, repeat: false, scoringSeconds: desk.monotonic() - began}, desk);
}

async function handle(requestId: string, isFinal: boolean, desk: Desk): Promise<ScoreAnswer> {
  const {journal, clock, still, environment, timeLimitSeconds} = desk;
  const fault = desk.copyFault();
  if (fault !== null) throw fault;
  const asked = journal.entries.find((entry) => entry.type === "score-requested" && entry.requestId === requestId);
  const isNew = asked === undefined && !isFinal;
  if (isNew && (desk.isEnded() || clock.seconds() > timeLimitSeconds)) throw tooLate();
  const holding = isNew && environment.runner?.scoringCountsTime === true ? "copying" : "scoring";
  await still.hold(holding); // before the request is noted: what is scored is what was there when it was asked for
  try {
    if (isNew && desk.isEnded()) throw tooLate();
    const accepted = asked ?? journal.append({type: "score-requested", requestId}, false); // durable with its answer
    const copying = copyOnce(requestId, desk);
    desk.onCopying(copying);
    const copied = await copying;
    if (holding === "copying") await still.release(holding);
    const began = desk.monotonic();
    const {answer, sha256, repeat} = await answerFor(copied, requestId, desk);
    const scoringSeconds = desk.monotonic() - began;
    const askedAtSeconds = Math.min(accepted.workingSeconds, timeLimitSeconds);
    const entry = append({...answer, requestId, askedAtSeconds, submissionSha256: sha256, repeat, scoringSeconds, remeasured: false}, desk);
    pruneCopies(desk.submissions, journal.entries, environment, MOST_COPY_BYTES);
    return answerOf(entry, environment);
  } finally {
    if (desk.copyFault() === null) await still.release(holding);
  }
}

type Copied = {sha256: string} | {refused: string};

/** The copy that was made before a crash, or one that is made now; it lies under its hash, in the place of one of the same content. */
async function copyOnce(requestId: string, {journal, submissions, copy}: Desk): Promise<Copied> {
  const before = journal.entries.find((entry) => entry.type === "copied" && entry.requestId === requestId);
  if (before?.type === "copied") return copiedBefore(requestId, before.submissionSha256, {journal, submissions});
  try {
    for (const name of readdirSync(submissions)) if (name.startsWith(INCOMING)) rmSync(join(submissions, name), {recursive: true});
    const incoming = `${INCOMING}${journal.entries.length}`; // of this life alone: a dead runner's helper may still be at work on its own
    const copied = await copy(incoming);
    if (copied.refused !== null) return {refused: copied.refused};
    const {sha256} = copied;
    rmSync(join(submissions, sha256), {recursive: true, force: true});
    renameSync(join(submissions, incoming), join(submissions, sha256));
    journal.append({type: "copied", requestId, submissionSha256: sha256}, false);
    return {sha256};
  } catch (error) {
    throw cannotCopy(error, submissions);
  }
}

/** @throws RebenchError `scorer-broken` where the copy is gone: the workspace of today is not what was asked about. */
function copiedBefore(requestId: string, sha256: string, {journal, submissions}: Pick<Desk, "journal" | "submissions">): Copied {
  if (existsSync(join(submissions, sha256))) return {sha256};
  journal.append({type: "scoring-failed", requestId, problem: `the copy of the submission is gone: ${join(submissions, sha256)}`});
  throw ourFault();
}

/** Of copies that are being made, or were when a runner was killed. */
const INCOMING = "incoming-";

/** What a submission gets: its first answer where it was scored before, a refusal, or what the scorer says. */
async function answerFor(copied: Copied, requestId: string, desk: Desk) {
  if ("refused" in copied) return {answer: {score: null, reason: copied.refused, details: {}}, sha256: null, repeat: false};
  const {sha256} = copied;
  const first = desk.scored().find((entry) => entry.submissionSha256 === sha256 && !entry.remeasured);
  if (first !== undefined) return {answer: {score: first.score, reason: first.reason, details: first.details}, sha256, repeat: true};
  const answer = await tryScorer(join(desk.submissions, sha256), false, requestId, desk);
  if (answer === null) throw ourFault();
  return {answer, sha256, repeat: false};
}

/** Null where it fails each time, a judge that cannot be had included; the journal has why. */
async function tryScorer(submission: string, remeasure: boolean, requestId: string, {scorer, journal, log}: Desk) {
  for (let i = 0; i < TRIES; ++i) {
    try {
      return await scorer(submission, remeasure);
    } catch (error) {
      if (error instanceof Error && error.name === "AbortError") throw error; // given up, to be asked again
      if (error instanceof RebenchError && NO_MODEL.includes(error.code)) throw error;
      const {message, problem} = error instanceof RebenchError ? error : {message: String(error), problem: String(error)};
      log(message);
      journal.append({type: "scoring-failed", requestId, problem});
    }
  }
  return null;
}

const append = (entry: Omit<Scored, "type" | "sequence" | "workingSeconds" | "time">, {journal}: Desk): Scored => {
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

/** Whatever the cause, one that cuts an attempt off: another life may copy what this one could not. */
function cannotCopy(error: unknown, submissions: string): RebenchError {
  if (error instanceof RebenchError && (error.code === "disk-full" || error.code === "unwritable-file")) return error;
  const why = error instanceof RebenchError ? error.problem : error instanceof Error ? error.message : String(error);
  return new RebenchError("unwritable-file", {
    problem: `cannot copy a submission to ${submissions}: ${why}`,
    hint: "Check this folder, then: rebench resume",
  });
}

const ourFault = () =>
  new RebenchError("scorer-broken", {
    problem: "the submission could not be scored, through no fault of yours; it counts neither for nor against you",
    hint: "Ask again later.",
  });
