import {rmSync} from "node:fs";
import {join} from "node:path";
import {setTimeout as wait} from "node:timers/promises";
import {RebenchError} from "../../../errors.js";
import {type AttemptStatus, NO_ENTRIES, statusOf} from "../attemptStatus.js";
import type {FoundAttempt} from "../findAttempts.js";
import {folderStatus} from "../folderStatus.js";
import type {FollowLine} from "../followFolders.js";
import type {FollowOptions, Place} from "../place.js";
import {type RemoteWhereabouts, whereaboutsOf} from "../whereabouts.js";
import {fetchAttempt} from "./fetchAttempt.js";
import {followOnce} from "./followOnce.js";
import {askRemote} from "./remoteProgram.js";

type Remote = FoundAttempt & {where: RemoteWhereabouts};

const remotes = (attempts: readonly FoundAttempt[]): Remote[] =>
  attempts.map((each) => ({...each, where: whereaboutsOf(each.folder) as RemoteWhereabouts}));

/** A host that ssh reaches. Attempts that have been brought here are looked at here. */
export const sshPlace = (host: string): Place => ({
  async statuses(attempts) {
    const now = new Date();
    const all = remotes(attempts);
    const there = all.filter(({where}) => !where.isComplete);
    const asked = there.length === 0 ? [] : await statusesThere(there);
    return [...all.filter(({where}) => where.isComplete).map(({folder, plan}) => folderStatus(folder, plan, now)), ...asked];
  },
  async follow(attempts, options) {
    const all = remotes(attempts);
    const there = all.filter(({where}) => !where.isComplete);
    for (const {folder, plan} of all.filter(({where}) => where.isComplete)) {
      options.tell({id: plan.id, status: folderStatus(folder, plan, new Date())});
    }
    if (there.length === 0) return;
    const ended = await followThere(host, there, options);
    for (const each of there.filter(({plan}) => ended.has(plan.id))) await bring(each, options);
  },
  async stop(attempts) {
    const there = remotes(attempts).filter(({where}) => !where.isComplete);
    if (there.length > 0) await askRemote(there[0]!.where, "stop", {folders: there.map(({where}) => where.folder)});
  },
});

async function statusesThere(attempts: readonly Remote[]): Promise<AttemptStatus[]> {
  try {
    const folders = attempts.map(({where}) => where.folder);
    const {statuses} = await askRemote<{statuses: AttemptStatus[]}>(attempts[0]!.where, "status", {folders});
    return statuses.map((status) =>
      status.state === "ended" ? {...status, why: `${status.why}, results still there: rebench attach`} : status,
    );
  } catch (error) {
    if (!(error instanceof RebenchError)) throw error;
    const failure = {isHeld: false, isTaken: false, failure: error.problem};
    return attempts.map(({plan}) => ({...statusOf(plan, NO_ENTRIES, failure), state: "unreachable"}));
  }
}

const RETRY_SECONDS = [1, 2, 4, 8, 15, 30];

/** Tries again and again while a host cannot be reached; nothing else is forgiven. */
async function insistently<Result>(work: () => Promise<Result>, {log, signal}: FollowOptions): Promise<Result | null> {
  for (let tries = 0; !signal.aborted; ++tries) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RebenchError) || error.code !== "host-unreachable") throw error;
      if (tries === 0) log(`${error.problem}; the attempts go on there, and it is tried again`);
      await wait(RETRY_SECONDS[Math.min(tries, RETRY_SECONDS.length - 1)]! * 1000, undefined, {signal}).catch(() => {});
    }
  }
  return null;
}

/** @returns Ids of attempts that have ended. */
async function followThere(host: string, attempts: readonly Remote[], options: FollowOptions): Promise<Set<string>> {
  const seen = new Map(attempts.map(({plan}) => [plan.id, 0]));
  const ended = new Set<string>();
  const tell = (line: FollowLine) => {
    if ("entry" in line) seen.set(line.id, line.entry.sequence + 1);
    if ("status" in line && line.status.state === "ended") ended.add(line.id);
    options.tell(line);
  };
  await insistently(async () => {
    const input = {attempts: attempts.map(({where, plan}) => ({folder: where.folder, seen: seen.get(plan.id)!}))};
    await followOnce(host, attempts[0]!.where, input, tell, options.signal);
  }, options);
  return ended;
}

async function bring({folder, where, plan}: Remote, options: FollowOptions): Promise<void> {
  const brought = {incoming: join(folder, `incoming-${process.pid}`), known: {}};
  const end = await insistently(() => fetchAttempt(folder, where, brought), options).finally(() =>
    rmSync(brought.incoming, {recursive: true, force: true}),
  );
  if (end === null) return;
  const left = end.left.length === 0 ? "" : `; ${end.left.length} links and the like were left there, such as ${end.left[0]}`;
  options.log(`${plan.id}: ${end.files} files are here, and their checksums are right${left}`);
}
