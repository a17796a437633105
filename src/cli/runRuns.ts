import {setTimeout as wait} from "node:timers/promises";
import {formatDuration} from "../duration.js";
import {type AttemptStatus, isAtRest} from "../runner/hosts/attemptStatus.js";
import {attemptsBelow, type FoundAttempt} from "../runner/hosts/findAttempts.js";
import type {Place} from "../runner/hosts/place.js";
import {placeOf} from "../runner/hosts/placeOf.js";
import type {RunsFlags} from "./runsCommand.js";
import {notice, printable, table, usdText} from "./terminal.js";

const WATCH_SECONDS = 2;

export async function runRuns({runs, watch, json}: RunsFlags): Promise<void> {
  const away = new AbortController();
  process.once("SIGINT", () => away.abort());
  for (;;) {
    const statuses = await statusesBelow(runs);
    if (json) process.stdout.write(`${JSON.stringify({attempts: statuses})}\n`);
    else if (statuses.length === 0) notice(`There are no attempts below ${runs}. Make some with: rebench run`);
    else process.stdout.write(`${watch && process.stdout.isTTY ? "\u001b[H\u001b[2J" : ""}${statusTable(statuses)}\n`);
    if (!watch || statuses.every(isAtRest)) return;
    await wait(WATCH_SECONDS * 1000, undefined, {signal: away.signal}).catch(() => {});
    if (away.signal.aborted) return;
  }
}

/** Where all attempts below a folder stand, the oldest first; each place is asked once. */
async function statusesBelow(runs: string): Promise<AttemptStatus[]> {
  const attempts = attemptsBelow(runs);
  const places = new Map<Place, FoundAttempt[]>();
  for (const attempt of attempts) {
    const place = placeOf(attempt);
    places.set(place, [...(places.get(place) ?? []), attempt]);
  }
  const found = await Promise.all([...places].map(([place, own]) => place.statuses(own)));
  const byId = new Map(found.flat().map((status) => [status.id, status]));
  return attempts.flatMap(({plan}) => byId.get(plan.id) ?? []);
}

export function statusTable(statuses: readonly AttemptStatus[]): string {
  const rows = statuses.map((status) => [
    status.id,
    status.why === null ? status.state : printable(`${status.state}: ${status.why}`),
    `${formatDuration(Math.round(status.workingSeconds))} of ${formatDuration(status.timeLimitSeconds)}`,
    status.bestNormalized === null ? "–" : status.bestNormalized.toFixed(3),
    status.tokens === 0 ? "–" : status.tokens.toLocaleString("en"),
    status.costUsd === null ? "?" : status.costUsd === 0 ? "–" : usdText(status.costUsd),
    printable(status.host),
  ]);
  return table(["attempt", "state", "time", "best", "tokens", "cost", "host"], rows, {
    aligns: ["left", "left", "right", "right", "right", "right", "left"],
    wrapColumns: [0, 1],
  });
}
