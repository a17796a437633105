import {createHash, randomBytes} from "node:crypto";
import {rmSync} from "node:fs";
import {join} from "node:path";
import {randomStream} from "../../random.js";
import type {JournalEntry} from "../journal/event.js";
import type {Journal} from "../journal/journal.js";
import type {WorkingClock} from "../journal/workingClock.js";
import type {RunningSandbox} from "../sandbox/runningSandbox.js";
import {runtimeFolder} from "../sandbox/runtimeFolder.js";
import {startAttemptServer} from "../scoring/attemptServer.js";
import {type ScoreDesk, scoreDesk} from "../scoring/scoreDesk.js";
import {type ServiceDesk, serviceDesk} from "../service/serviceDesk.js";
import {type Service, serviceProcess} from "../service/serviceProcess.js";
import {type TranscriptWriter, transcriptWriter} from "../transcript/transcriptWriter.js";
import type {Ending} from "./attemptEnd.js";
import {modelsOf, providerPauses, taskModelOf} from "./attemptModels.js";
import type {AttemptParts} from "./attemptParts.js";
import {endingOf} from "./endingOf.js";
import type {Models} from "./openModels.js";
import {openSandbox} from "./openSandbox.js";
import {openScoring, type Scoring} from "./openScoring.js";
import {whileOthersStand} from "./quietHost.js";
import {standingOf} from "./restore.js";
import {type StandStill, standStill} from "./standStill.js";

/** An attempt whose parts are open and whose clock still stands. */
export type OpenAttempt = {
  sandbox: RunningSandbox;
  desk: ScoreDesk;
  models: Models;
  /** Environment variables with which programs inside find models. */
  modelEnvironment: Record<string, string>;
  transcript: TranscriptWriter;
  random: () => number;
  still: StandStill;
  /** Gives up a scoring that is in flight; it is repeated when the attempt is taken up again. */
  interruptScoring(): Promise<void>;
  /** Ends all processes, whatever they do against it. Copies and scores can still be made. */
  stop(graceSeconds: number): Promise<void>;
  /** Once nothing is scored any more: resolves when nothing more of it is noted. */
  endScoring(): Promise<void>;
  close(): Promise<void>;
};

type Time = {clock: WorkingClock; journal: Journal};

/** @param end Told why the attempt is over. */
export async function openAttempt(parts: AttemptParts, time: Time, end: (ending: Ending) => void): Promise<OpenAttempt> {
  const {plan, folder, journal} = {...parts, ...time};
  const token = randomBytes(24).toString("hex");
  const sockets = socketFolder(folder.folder);
  const variables: Record<string, string> = standingOf(journal.entries).isNew ? {} : {REBENCH_RESUMED: "1"};
  const programs = parts.environment.runner!.programs;
  const folders = {workspace: folder.workspace, sockets, client: join(folder.folder, "client")};
  const {sandbox, toolchain} = await openSandbox(plan, folders, {token, environment: variables, binds: parts.binds, programs});
  const closing: (() => unknown)[] = [() => [sockets, taskSockets(sockets)].map((each) => rmSync(each, {recursive: true, force: true}))];
  const closeAll = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const transcript = openTranscript(parts, time);
    closing.push(() => transcript.close());
    const noted = withListeners(journal, [transcript.onEvent, parts.onEvent]);
    const stream = randomStream(plan.seed, "agent", plan.id, journal.entries.length);
    const random = () => stream.uniform();
    const live = stoppable(sandbox);
    const still = standStill(time.clock, noted, live);
    const book = providerPauses(journal, still, () => live.isStopped);
    const asking = {journal: noted, book, random, end};
    const taskModel = await taskModelOf(parts, asking, taskSockets(sockets));
    closing.push(() => taskModel.close());
    const service = serviceOf(parts, taskModel.service);
    closing.push(() => service?.close());
    live.service = service;
    const {workspace, submissions} = folder;
    const places = {workspace, submissions, service: folder.service, judgeFiles: join(folder.folder, "judge")};
    const scoringParts = {...parts, ...places, taskModel};
    const scoring = openScoring(scoringParts, sandbox, toolchain);
    closing.push(() => scoring.close());
    const desk = deskOf(parts, {...time, journal: noted}, {still, scoring});
    const models = modelsOf(parts, {...asking, transcript});
    closing.push(() => models.close());
    const modelEnvironment = await models.offer(sandbox, toolchain, sockets, token);
    const asked = service && serviceDesk(service, {transcript, monotonic: parts.monotonic});
    const server = await serve(parts, {token, sockets, uid: sandbox.uid}, {...time, desk, service: asked, still, end});
    closing.push(() => server.close());
    watchSandbox(sandbox, end);
    return {
      ...{sandbox, desk, models, modelEnvironment, transcript, random, still},
      async interruptScoring() {
        scoring.interrupt();
        await desk.idle();
      },
      async stop(graceSeconds) {
        await models.close();
        service?.close();
        live.isStopped = true;
        await sandbox.stop(graceSeconds);
        await server.close();
      },
      endScoring: () => taskModel.close(),
      close: closeAll,
    };
  } catch (error) {
    await sandbox.stop(0).catch(() => {});
    await closeAll().catch(() => {});
    throw error;
  }
}

/** What is frozen and thawed, until it is stopped: then nothing moves any more. */
function stoppable(sandbox: RunningSandbox) {
  const live = {
    isStopped: false,
    service: null as Service | null,
    freeze: async () => {
      if (live.isStopped) return;
      await sandbox.freeze();
      live.service?.freeze();
    },
    thaw: async () => {
      if (live.isStopped) return;
      live.service?.thaw();
      await sandbox.thaw();
    },
  };
  return live;
}

/** The environment's service, where it has one. */
const serviceOf = (
  {environment, environmentFolder, plan, folder, variables, log}: AttemptParts,
  taskModel: Record<string, string>,
): Service | null =>
  environment.runner?.service !== true
    ? null
    : serviceProcess({
        ...{python: plan.python, environmentFolder, tier: plan.tier, state: folder.service, log},
        environment: {...variables, ...taskModel},
        ...{visible: join(plan.data, "visible"), protected: join(plan.data, "protected")},
      });

function deskOf(parts: AttemptParts, {clock, journal}: Time, {still, scoring}: {still: StandStill; scoring: Scoring}): ScoreDesk {
  const {environment, plan, folder, monotonic, log} = parts;
  const {copy} = scoring;
  const scorer: Scoring["scorer"] = environment.runner!.timed
    ? (...asked) => whileOthersStand(still, () => scoring.scorer(...asked), log)
    : scoring.scorer;
  const {timeLimitSeconds} = plan;
  return scoreDesk({environment, timeLimitSeconds, journal, clock, still, submissions: folder.submissions, copy, scorer, monotonic, log});
}

type Within = Time & {desk: ScoreDesk; service: ServiceDesk | null; still: StandStill; end: (ending: Ending) => void};

/** Answers what is asked from inside. */
function serve(
  {environment, plan, breaks, onBreak, log}: AttemptParts,
  {token, sockets, uid}: {token: string; sockets: string; uid: number | null},
  {desk, service, still, clock, end}: Within,
) {
  return startAttemptServer({
    socketPath: join(sockets, "attempt.sock"),
    token,
    owner: uid === null ? null : {uid, gid: uid},
    environment,
    desk: {
      score: (requestId) => desk.score(`asked-${requestId}`), // so that none of the runner's own requests can be named
      scores: desk.answers,
      submit: () => end({reason: "submitted", detail: null}),
      clock: () => ({workingSeconds: clock.seconds(), timeLimitSeconds: plan.timeLimitSeconds, paused: clock.isPaused()}),
      breaks: breaks ? breaksOf(still, onBreak) : null,
      service,
    },
    onFault(error) {
      log(`a request from inside: ${error instanceof Error ? error.message : String(error)}`);
      const ending = endingOf(error, null);
      if (ending.reason === "cut-off") end(ending); // a full disk, say; of other faults the participant is told
    },
  });
}

const breaksOf = (still: StandStill, onBreak: AttemptParts["onBreak"]) => ({
  async pause() {
    await still.hold("break");
    onBreak(() => still.release("break"));
  },
  resume: () => still.release("break"),
});

function watchSandbox({ended}: RunningSandbox, end: (ending: Ending) => void): void {
  ended.then(
    () => end({reason: "sandbox-lost", detail: null}),
    (error: Error) => end({reason: "sandbox-lost", detail: error.message}),
  );
}

const openTranscript = ({folder, now, log}: AttemptParts, {clock, journal}: Time): TranscriptWriter =>
  transcriptWriter(folder.transcript, {
    now,
    workingSeconds: clock.seconds,
    logs: folder.logs,
    journal: journal.entries,
    onProblem: log,
    onRepair: (bytes) => log(`the transcript's last line was torn (${bytes} bytes) and is cut off`),
  });

/** The address of a socket may have 107 bytes, and the path of an attempt's folder more than that. */
const socketFolder = (folder: string): string =>
  join(runtimeFolder(), "sockets", createHash("sha256").update(folder).digest("hex").slice(0, 16));

/** Beside those that are shown inside. */
const taskSockets = (sockets: string): string => `${sockets}-task`;

/** A journal whose entries others hear of once they are on the disk. */
export const withListeners = (journal: Journal, listeners: readonly ((entry: JournalEntry) => void)[]): Journal => ({
  ...journal,
  append(event, isDurable) {
    const entry = journal.append(event, isDurable);
    for (const listener of listeners) listener(entry);
    return entry;
  },
});
