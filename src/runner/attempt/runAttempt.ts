import type {Attempt} from "../../record/attempt.js";
import {type AttemptLock, lockAttempt, thisProcess} from "../journal/attemptLock.js";
import {type Journal, openJournal} from "../journal/journal.js";
import {type WorkingClock, workingClock} from "../journal/workingClock.js";
import {bestShown} from "../scoring/bestScored.js";
import {agentContext, instructionsOf} from "./agentContext.js";
import {type AttemptEnd, attemptEnd, type EndForGood, type Ending, isForGood} from "./attemptEnd.js";
import type {AttemptParts} from "./attemptParts.js";
import {attemptRecord} from "./attemptRecord.js";
import {endingOf} from "./endingOf.js";
import {FINAL_REQUEST} from "./finalRequest.js";
import {type OpenAttempt, openAttempt, withListeners} from "./openAttempt.js";
import {joinHost} from "./quietHost.js";
import {replaceDurably} from "./replaceDurably.js";
import {standingOf} from "./restore.js";
import {watchLimits} from "./watchLimits.js";
import {withConstants} from "./withConstants.js";
import {withData} from "./withData.js";
import {prepareWorkspace, removeSolution} from "./workspace.js";

/** The record; null where the user paused the attempt, which can be taken up again. */
export type AttemptOutcome = {record: Attempt | null};

const GRACE_SECONDS = 10;
/** Twice in the second by which a clock may be wrong after a crash. */
const HEARTBEAT_MILLISECONDS = 500;
/** Heartbeats between signs of life for other machines. */
const BEATS_A_TOUCH = 20;

/**
 * Runs an attempt from its beginning, or from where its journal ends, to its record.
 *
 * Nothing that was acknowledged is lost: scores, pauses, tokens and the end are on the disk before anybody hears of them. Whatever ends
 * the attempt, all processes inside are ended, the workspace is scored once more, and the record is made from the journal alone.
 *
 * @throws RebenchError `attempt-locked`, `journal-damaged`, `no-sandbox`, `disk-full`, `model-key-refused`, `model-unavailable`, and what
 *   opening the parts can give. The attempt can be taken up again after any of them.
 */
export async function runAttempt(parts: AttemptParts): Promise<AttemptOutcome> {
  const lock = lockAttempt(parts.folder.lock, thisProcess());
  try {
    return await runLocked(parts, lock);
  } finally {
    lock.release();
  }
}

async function runLocked(given: AttemptParts, lock: AttemptLock): Promise<AttemptOutcome> {
  const {folder, now, monotonic, log} = given;
  let clock: WorkingClock = workingClock(monotonic);
  const time = {workingSeconds: () => clock.seconds(), now};
  const journal = openJournal(folder.journal, time, (bytes) =>
    log(`the journal's last line was torn (${bytes} bytes) and is cut off: nobody had been told of it`),
  );
  try {
    const standing = standingOf(journal.entries);
    if (standing.isEnded) return {record: await finish(given, journal)};
    const parts = await withConstants(await withData(given));
    if (standing.isNew) prepareWorkspace(folder.workspace, parts.environmentFolder, instructionsOf(parts), parts.solution);
    clock = workingClock(monotonic, standing.workingSeconds);
    clock.pause("runner-down"); // until everything is open
    const ending = await workedOn(parts, {clock, journal, lock});
    if (ending.reason === "cut-off") throw ending.error;
    return {record: ending.reason === "paused" ? null : await finish(parts, journal)};
  } finally {
    journal.close();
  }
}

type Held = {clock: WorkingClock; journal: Journal; lock: AttemptLock};

/** The record, from plan and journal; made again after a crash it is the same. */
async function finish(parts: AttemptParts, {entries}: Journal): Promise<Attempt> {
  const {plan, environment, participant, folder, solution} = parts;
  const host = await parts.host;
  const record = attemptRecord({plan, environment, participant, entries, host});
  if (solution !== null) removeSolution(folder.workspace, folder.submissions);
  replaceDurably(folder.record, `${JSON.stringify(record)}\n`);
  return record;
}

/** Opens the attempt, lets the agent work until something ends it, and closes it. */
async function workedOn(parts: AttemptParts, held: Held): Promise<Ending> {
  const {signal} = parts;
  let noted = held.journal;
  const journal: Journal = {...held.journal, append: (...given) => noted.append(...given)}; // others listen once all is open
  const attempt = attemptEnd(journal, standingOf(journal.entries).ending);
  const byUser = () => attempt.end(signal.reason === "stop" ? {reason: "stopped", detail: null} : {reason: "paused"});
  signal.addEventListener("abort", byUser);
  if (signal.aborted) byUser();
  let open: OpenAttempt | null = null;
  try {
    open = await openAttempt(parts, held, attempt.end);
    noted = withListeners(held.journal, [open.transcript.onEvent, parts.onEvent]);
    const own = {...held, journal};
    try {
      await begin(parts, open, own);
      if (!attempt.signal.aborted) await work(parts, open, own, attempt);
    } catch (error) {
      attempt.end(endingOf(error, parts.agent));
    }
    return await close(parts, open, own, attempt);
  } finally {
    await open?.close();
    signal.removeEventListener("abort", byUser);
  }
}

/** The clock goes from here; time in which no runner lived was a pause, and scores that it owes are given before. */
async function begin({now, log, host}: AttemptParts, {sandbox, desk}: OpenAttempt, {clock, journal}: Held): Promise<void> {
  const {downSince, ending} = standingOf(journal.entries);
  await host; // an attempt whose host cannot be told does not begin
  journal.append({type: "started", bootId: thisProcess().bootId, pid: process.pid, mechanism: {...sandbox.mechanism}});
  if (downSince !== null) {
    const pausedSeconds = Math.max(0, (now().getTime() - downSince.time.getTime()) / 1000);
    journal.append({type: "resumed", reason: downSince.reason, pausedSeconds});
  }
  for (const requestId of desk.unanswered()) await desk.score(requestId).catch(unlessCutOff(log));
  if (ending === null) clock.resume("runner-down");
}

async function work(parts: AttemptParts, open: OpenAttempt, {clock, journal, lock}: Held, {signal, end}: AttemptEnd): Promise<void> {
  const {plan, agent, environment} = parts;
  const {desk, models} = open;
  const progress = () => {
    const {tokens, costUsd} = models.meter.totals();
    const {tokens: tokenLimit, costUsd: costLimitUsd} = plan.limits;
    const workingSeconds = Math.min(clock.seconds(), plan.timeLimitSeconds);
    return {workingSeconds, timeLimitSeconds: plan.timeLimitSeconds, tokens, tokenLimit, costUsd: costUsd ?? 0, costLimitUsd};
  };
  const limits = watchLimits(plan, clock, open.sandbox, (limit) => end({reason: limit, detail: null}));
  const stopHeart = beating(end, (beat) => {
    if (beat % BEATS_A_TOUCH === 0) lock.touch();
    if (!clock.isPaused()) journal.append({type: "heartbeat"});
    parts.onProgress({...progress(), best: bestShown(desk.answers(), environment), paused: clock.isPaused()});
  });
  const leaveHost = await joinHost(open.still);
  try {
    const context = agentContext(parts, open, {signal, progress, countOutput: limits.countOutput, end});
    const working = agent.run(context).then(
      () => end({reason: "agent-finished", detail: null}),
      (error: unknown) => end(endingOf(error, agent)),
    );
    await Promise.race([working, aborted(signal)]);
  } finally {
    stopHeart();
    limits.stop();
    await leaveHost();
  }
}

/** A heart that cannot beat cuts the attempt off. */
function beating(end: AttemptEnd["end"], beat: (count: number) => void): () => void {
  let count = 0;
  const timer = setInterval(() => {
    try {
      beat(++count);
    } catch (error) {
      end({reason: "cut-off", error});
    }
  }, HEARTBEAT_MILLISECONDS);
  return () => clearInterval(timer);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve(), {once: true})));

/** Stops everything inside, scores what is there, and notes the end; an attempt that will be taken up again is only held. */
async function close(parts: AttemptParts, open: OpenAttempt, held: Held, attempt: AttemptEnd): Promise<Ending> {
  const ending = attempt.ending()!;
  if (!isForGood(ending)) {
    await hold(open, ending);
    return ending;
  }
  try {
    await closeForGood(parts, open, held, ending);
    return ending;
  } catch (error) {
    await open.stop(0);
    return {reason: "cut-off", error};
  }
}

async function hold(open: OpenAttempt, {reason}: Ending): Promise<void> {
  const isHeld = reason === "paused" ? open.still.hold("user").catch(() => {}) : Promise.resolve(); // a full disk notes nothing
  await isHeld;
  await open.interruptScoring();
  await open.stop(0);
}

async function closeForGood(parts: AttemptParts, {desk, ...open}: OpenAttempt, {clock, journal}: Held, ending: EndForGood): Promise<void> {
  const {log, graceSeconds = GRACE_SECONDS} = parts;
  clock.pause("runner-down"); // work is over: what is done from here costs nobody time
  await desk.end();
  await open.stop(ending.reason === "sandbox-lost" ? 0 : graceSeconds);
  for (const requestId of desk.unanswered()) await desk.score(requestId).catch(unlessCutOff(log));
  await desk.score(FINAL_REQUEST, true).catch(unlessCutOff(log));
  await desk.remeasureBest().catch(unlessCutOff(log));
  await open.endScoring(); // what it cost is known
  journal.append({type: "ended", reason: ending.reason, detail: ending.detail});
}

/** A broken scorer is said and passed over; where nothing can be noted any more, the end is not reached. */
const unlessCutOff =
  (log: (line: string) => void) =>
  (error: Error): void => {
    if (endingOf(error, null).reason === "cut-off") throw error;
    log(error.message);
  };
