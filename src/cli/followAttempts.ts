import {formatDuration} from "../duration.js";
import {RebenchError} from "../errors.js";
import type {AttemptStatus} from "../runner/hosts/attemptStatus.js";
import type {FoundAttempt} from "../runner/hosts/findAttempts.js";
import type {FollowLine} from "../runner/hosts/followFolders.js";
import type {Place} from "../runner/hosts/place.js";
import {eventText, short} from "./attemptRuns.js";
import {notice, printable, usdText} from "./terminal.js";

/** Where the attempts stood at last, by id. */
export type Followed = {statuses: Map<string, AttemptStatus>; isInterrupted: boolean};

/**
 * Shows what happens in attempts until they are over, or Ctrl-C: then they go on unseen.
 *
 * @param show Lines on stderr, JSON on stdout, or only what goes wrong.
 */
export async function followAttempts(attempts: readonly FoundAttempt[], place: Place, show: "lines" | "json" | "quiet"): Promise<Followed> {
  const statuses = new Map<string, AttemptStatus>();
  const away = new AbortController();
  const leave = () => away.abort();
  process.once("SIGINT", leave);
  const clear = () => process.stderr.isTTY && process.stderr.write("\r\u001b[K");
  const say = (text: string) => {
    clear();
    notice(text);
  };
  const tell = (line: FollowLine) => {
    if ("status" in line) {
      statuses.set(line.id, line.status);
      if (show !== "json" && process.stderr.isTTY) process.stderr.write(`\r\u001b[K${progressLine([...statuses.values()])}`);
    } else if ("entry" in line) {
      const {id, entry} = line;
      if (show === "json") process.stdout.write(`${JSON.stringify({attempt: id, ...entry})}\n`);
      else if (show === "lines" && ["scored", "limit", "ended", "scoring-failed"].includes(entry.type))
        say(`${short(id)}  ${formatDuration(Math.round(entry.workingSeconds))}  ${printable(eventText(entry))}`);
    }
  };
  try {
    await place.follow(attempts, {tell, log: (line) => say(printable(line)), signal: away.signal});
  } finally {
    process.off("SIGINT", leave);
    clear();
  }
  return {statuses, isInterrupted: away.signal.aborted};
}

function progressLine(statuses: readonly AttemptStatus[]): string {
  const parts = statuses.map((status) =>
    [
      `${short(status.id)} ${formatDuration(Math.round(status.workingSeconds))} of ${formatDuration(status.timeLimitSeconds)}`,
      ...(status.bestScore === null ? [] : [`best ${Number(status.bestScore.toPrecision(5))}`]),
      ...(status.tokens === 0 ? [] : [`${status.tokens} tokens`, status.costUsd === null ? "cost unknown" : usdText(status.costUsd)]),
      ...(status.state === "running" ? [] : [status.state]),
    ].join(", "),
  );
  return parts.join("   ").slice(0, (process.stderr.columns ?? 80) - 1);
}

/** What is said of attempts at which nobody looks any more; a dead one is an error. */
export function concludeFollowing({statuses, isInterrupted}: Followed, runs: string): void {
  const ids = [...statuses.keys()];
  if (isInterrupted) {
    notice(`${ids.length === 1 ? "It goes" : "They go"} on; look again with: rebench attach ID, end with: rebench stop ID`);
    return;
  }
  const dead = [...statuses.values()].filter(({state}) => state === "dead");
  for (const {id} of [...statuses.values()].filter(({state}) => state === "paused")) notice(`paused: rebench resume ${runs}/${id}`);
  if (dead.length === 0) return;
  const {id, why} = dead[0]!;
  throw new RebenchError("runner-lost", {
    problem: `${dead.length === 1 ? `attempt ${id} is` : `${dead.length} attempts are`} not over, and no process has ${dead.length === 1 ? "it" : "them"}: ${why}`,
    hint: `Take it up where it was with: rebench resume ${runs}/${id}`,
  });
}
