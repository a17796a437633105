import {applyScoreRule} from "../../environment/scoreRule.js";
import {RebenchError} from "../../errors.js";
import type {Attempt} from "../../record/attempt.js";
import {type AttemptLock, lockAttempt, thisProcess} from "../journal/attemptLock.js";
import {type Journal, openJournal} from "../journal/journal.js";
import {type WorkingClock, workingClock} from "../journal/workingClock.js";
import type {ScoreDesk} from "../scoring/scoreDesk.js";
import {agentContext, instructionsOf} from "./agentContext.js";
import type {AttemptParts} from "./attemptParts.js";
import {attemptRecord} from "./attemptRecord.js";
import {type Ending, type OpenAttempt, openAttempt, withListeners} from "./openAttempt.js";
import {replaceDurably} from "./replaceDurably.js";
import {standingOf} from "./restore.js";
import {watchLimits} from "./watchLimits.js";
import {prepareWorkspace, removeSolution} from "./workspace.js";

/** The record; null where the user paused the attempt, which can be taken up again. */
export type AttemptOutcome = {record: Attempt | null};

const GRACE_SECONDS = 10;
const HEARTBEAT_MILLISECONDS = 1000;

/**
 * Runs an attempt from its beginning, or from where its journal ends, to its record.
 *
 * Nothing that was acknowledged is lost: scores, pauses, tokens and the end are on the disk before anybody hears of them. Whatever ends
 * the attempt, all processes inside are ended, the workspace is scored once more, and the record is made from the journal alone.
 *
 * @throws RebenchError `attempt-locked`, `journal-damaged`, `no-sandbox`, and what opening the parts can give. The attempt can be
 *   taken up again after any of them.
 */
export async function runAttempt(parts: AttemptParts): Promise<AttemptOutcome> {
  const {folder, now, monotonic, log} = parts;
  const lock = lockAttempt(folder.lock, thisProcess(), now);
  let clock: WorkingClock = workingClock(monotonic);
  const time = {workingSeconds: () => clock.seconds(), now};
  const journal = openJournal(folder.journal, time, (bytes) =>
    log(`the journal's last line was torn (${bytes} bytes) and is cut off: nobody had been told of it`),
  );
  try {
    const standing = standingOf(journal.entries);
    if (standing.isEnded) return {record: finish(parts, journal)};
    if (standing.isNew) prepareWorkspace(folder.workspace, parts.environmentFolder, instructionsOf(parts), parts.solution);
    clock = workingClock(monotonic, standing.workingSeconds);
    clock.pause("runner-down"); // until everything is open
    const ending = await workedOn(parts, {clock, journal, lock});
    return {record: ending.reason === "paused" ? null : finish(parts, journal)};
  } finally {
    journal.close();
    lock.release();
  }
}

type Held = {clock: WorkingClock; journal: Journal; lock: AttemptLock};

/** The record, from plan and journal; made again after a crash it is the same. */
function finish(parts: AttemptParts, {entries}: Journal): Attempt {
  const {plan, environment, participant, host, folder, solution} = parts;
  const record = attemptRecord({plan, environment, participant, entries, host});
  replaceDurably(folder.record, `${JSON.stringify(record)}\n`);
  if (solution !== null) removeSolution(folder.workspace, folder.submissions);
  return record;
}

/** Opens the attempt, lets the agent work until something ends it, and closes it. */
async function workedOn(parts: AttemptParts, held: Held): Promise<Ending> {
  const {signal} = parts;
  const ended = new AbortController();
  let ending: Ending | null = null;
  const end = (why: Ending) => {
    ending ??= why;
    ended.abort(ending.reason);
  };
  const byUser = () => end({reason: signal.reason === "stop" ? "stopped" : "paused", detail: null});
  signal.addEventListener("abort", byUser);
  if (signal.aborted) byUser();
  try {
    const open = await openAttempt(parts, held, end);
    const noted = withListeners(held.journal, [open.transcript.onEvent, parts.onEvent]);
    const own = {...held, journal: noted};
    try {
      begin(parts, open, own);
      await work(parts, open, own, {ended: ended.signal, end});
    } catch (error) {
      end({reason: "runner-error", detail: error instanceof Error ? error.message.slice(0, 500) : String(error)});
      parts.log(`the runner: ${error instanceof Error ? error.message : String(error)}`);
    }
    await close(parts, open, own, ending!);
    return ending!;
  } finally {
    signal.removeEventListener("abort", byUser);
  }
}

/** The clock goes from here; time in which no runner lived was a pause. */
function begin({now}: AttemptParts, {sandbox}: OpenAttempt, {clock, journal}: Held): void {
  const {downSince} = standingOf(journal.entries);
  journal.append({type: "started", bootId: thisProcess().bootId, pid: process.pid, mechanism: {...sandbox.mechanism}});
  if (downSince !== null) {
    const pausedSeconds = Math.max(0, (now().getTime() - downSince.time.getTime()) / 1000);
    journal.append({type: "resumed", reason: downSince.reason, pausedSeconds});
  }
  clock.resume("runner-down");
}

type Ends = {ended: AbortSignal; end: (ending: Ending) => void};

async function work(parts: AttemptParts, open: OpenAttempt, {clock, journal, lock}: Held, {ended, end}: Ends): Promise<void> {
  const {plan, agent, environment, log} = parts;
  const {desk, models} = open;
  const progress = () => {
    const {tokens, costUsd} = models.meter.totals();
    const {tokens: tokenLimit, costUsd: costLimitUsd} = plan.limits;
    const workingSeconds = Math.min(clock.seconds(), plan.timeLimitSeconds);
    return {workingSeconds, timeLimitSeconds: plan.timeLimitSeconds, tokens, tokenLimit, costUsd: costUsd ?? 0, costLimitUsd};
  };
  const limits = watchLimits(plan, clock, open.sandbox, (limit) => {
    journal.append({type: "limit", limit});
    end({reason: limit, detail: null});
  });
  const heart = setInterval(() => {
    lock.touch();
    if (!clock.isPaused()) journal.append({type: "heartbeat"});
    parts.onProgress({...progress(), best: bestOf(desk, environment), paused: clock.isPaused()});
  }, HEARTBEAT_MILLISECONDS);
  try {
    for (const requestId of desk.unanswered()) await desk.score(requestId).catch((error: Error) => log(error.message));
    const context = agentContext(parts, open, {signal: ended, progress, countOutput: limits.countOutput, end});
    const working = agent.run(context).then(
      () => end({reason: "agent-finished", detail: null}),
      (error: unknown) => end({reason: "agent-failed", detail: reasonOf(error)}),
    );
    await Promise.race([working, aborted(ended)]);
  } finally {
    clearInterval(heart);
    limits.stop();
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve(), {once: true})));

const reasonOf = (error: unknown): string => (error instanceof RebenchError ? error.problem : String(error)).slice(0, 500);

/** Stops everything inside, scores what is there, and notes the end; an attempt that the user pauses is only held. */
async function close(parts: AttemptParts, open: OpenAttempt, {clock, journal}: Held, {reason, detail}: Ending): Promise<void> {
  const {desk, transcript} = open;
  const {log} = parts;
  try {
    if (reason === "paused") {
      await open.still().hold("user");
      await open.stop(0);
      return;
    }
    clock.pause("runner-down"); // work is over: what is done from here costs nobody time
    await open.stop(reason === "sandbox-lost" ? 0 : GRACE_SECONDS);
    await desk.score("final-score", true).catch((error: Error) => log(error.message));
    await desk.remeasureBest().catch((error: Error) => log(error.message));
    journal.append({type: "ended", reason, detail});
  } finally {
    transcript.flush();
    await open.close();
  }
}

const bestOf = (desk: ScoreDesk, {scoreHidden, direction}: AttemptParts["environment"]): number | null =>
  scoreHidden
    ? null
    : applyScoreRule(
        "best",
        desk.answers().map(({score}) => score),
        direction === "higher",
      );
