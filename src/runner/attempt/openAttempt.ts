import {randomBytes} from "node:crypto";
import {rmSync} from "node:fs";
import {join} from "node:path";
import {randomStream} from "../../random.js";
import type {EndReason, JournalEntry, PauseReason} from "../journal/event.js";
import type {Journal} from "../journal/journal.js";
import type {WorkingClock} from "../journal/workingClock.js";
import type {RunningSandbox} from "../sandbox/runningSandbox.js";
import {startAttemptServer} from "../scoring/attemptServer.js";
import {type ScoreDesk, scoreDesk} from "../scoring/scoreDesk.js";
import {type TranscriptWriter, transcriptWriter} from "../transcript/transcriptWriter.js";
import type {AttemptParts} from "./attemptParts.js";
import {type Models, openModels} from "./openModels.js";
import {openSandbox} from "./openSandbox.js";
import {openScoring} from "./openScoring.js";
import {standingOf} from "./restore.js";
import {type StandStill, standStill} from "./standStill.js";

export type Ending = {reason: EndReason | "paused"; detail: string | null};

/** An attempt whose parts are open and whose clock still stands. */
export type OpenAttempt = {
  sandbox: RunningSandbox;
  desk: ScoreDesk;
  models: Models;
  /** Environment variables with which programs inside find models. */
  modelEnvironment: Record<string, string>;
  transcript: TranscriptWriter;
  random: () => number;
  still: () => StandStill;
  /** Ends all processes, whatever they do against it. Copies and scores can still be made. */
  stop(graceSeconds: number): Promise<void>;
  close(): Promise<void>;
};

const UPSTREAM: readonly PauseReason[] = ["upstream-429", "upstream-5xx", "upstream-connection"];

type Time = {clock: WorkingClock; journal: Journal};

/** @param end Told once why the attempt is over. */
export async function openAttempt(parts: AttemptParts, {clock, journal}: Time, end: (ending: Ending) => void): Promise<OpenAttempt> {
  const {plan, folder, environment, agent, log} = parts;
  const standing = standingOf(journal.entries);
  const token = randomBytes(24).toString("hex");
  const sockets = join(folder.folder, "sockets");
  const transcript = openTranscript(parts, {clock, journal});
  const noted = withListeners(journal, [transcript.onEvent, parts.onEvent]);
  const stream = randomStream(plan.seed, "agent", plan.id, journal.entries.length);
  const random = () => stream.uniform();
  let still = standStill(clock, noted, null);
  const models = openModels({
    models: agent.models,
    upstreams: parts.upstreams,
    prices: parts.prices,
    day: plan.createdAt.slice(0, 10),
    tokenLimit: plan.limits.tokens,
    costLimitUsd: plan.limits.costUsd,
    calls: standing.calls,
    pausedSeconds: upstreamSeconds(journal.entries),
    random,
    onCall(call) {
      const {usage, costUsd, usageKnown, chargedTokens, chargedUsd, seconds} = call;
      noted.append({type: "model-call", usage, costUsd, usageKnown, chargedTokens, chargedUsd, generatingSeconds: seconds});
      transcript.onCall(call);
    },
    onPause: (reason) => still.hold(reason),
    async onResume() {
      for (const reason of UPSTREAM) await still.release(reason);
    },
    onLimit: ({kind}) => end({reason: kind === "tokens" ? "token-limit" : "cost-limit", detail: null}),
    onFault: (error) => log(`the gateway: ${error.message}`),
  });
  const variables: Record<string, string> = standing.isNew ? {} : {REBENCH_RESUMED: "1"};
  const folders = {workspace: folder.workspace, sockets, client: join(folder.folder, "client")};
  const {sandbox, toolchain} = await openSandbox(plan, folders, {token, environment: variables, binds: parts.binds});
  try {
    still = standStill(clock, noted, sandbox);
    const {workspace, submissions} = folder;
    const scoring = await openScoring({...parts, workspace, submissions, judgeFiles: join(folder.folder, "judge")}, sandbox, toolchain);
    const desk = scoreDesk({
      environment,
      timeLimitSeconds: plan.timeLimitSeconds,
      journal: noted,
      clock,
      still: {hold: (reason) => still.hold(reason), release: (reason) => still.release(reason)},
      submissions: folder.submissions,
      copy: scoring.copy,
      scorer: scoring.scorer,
      monotonic: parts.monotonic,
      log,
    });
    const modelEnvironment = await models.offer(sandbox, toolchain, sockets, token);
    const server = await startAttemptServer({
      socketPath: join(sockets, "attempt.sock"),
      token,
      owner: sandbox.uid === null ? null : {uid: sandbox.uid, gid: sandbox.uid},
      environment,
      desk: {
        score: (requestId) => desk.score(requestId),
        scores: desk.answers,
        submit: () => end({reason: "submitted", detail: null}),
        clock: () => ({workingSeconds: clock.seconds(), timeLimitSeconds: plan.timeLimitSeconds, paused: clock.isPaused()}),
        breaks: parts.breaks ? {pause: () => still.hold("break"), resume: () => still.release("break")} : null,
      },
      onFault: (error) => log(`a request from inside: ${error instanceof Error ? error.message : String(error)}`),
    });
    sandbox.ended.then(
      () => end({reason: "sandbox-lost", detail: null}),
      (error: Error) => end({reason: "sandbox-lost", detail: error.message}),
    );
    return {
      ...{sandbox, desk, models, modelEnvironment, transcript, random},
      still: () => still,
      async stop(graceSeconds) {
        await models.close();
        await sandbox.stop(graceSeconds);
        await server.close();
        still = standStill(clock, noted, null); // nothing moves any more
      },
      async close() {
        await scoring.close();
        transcript.close();
        rmSync(sockets, {recursive: true, force: true});
      },
    };
  } catch (error) {
    await sandbox.stop(0).catch(() => {});
    throw error;
  }
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

/** A journal whose entries others hear of once they are on the disk. */
export const withListeners = (journal: Journal, listeners: readonly ((entry: JournalEntry) => void)[]): Journal => ({
  ...journal,
  append(event) {
    const entry = journal.append(event);
    for (const listener of listeners) listener(entry);
    return entry;
  },
});

/** How long providers have held the clock already. */
const upstreamSeconds = (entries: readonly JournalEntry[]): number =>
  entries.reduce((sum, entry) => sum + (entry.type === "resumed" && UPSTREAM.includes(entry.reason) ? entry.pausedSeconds : 0), 0);
