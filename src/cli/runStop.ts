import {RebenchError} from "../errors.js";
import {type AttemptStatus, isAtRest} from "../runner/hosts/attemptStatus.js";
import {type FoundAttempt, findAttempt} from "../runner/hosts/findAttempts.js";
import {placeOf} from "../runner/hosts/placeOf.js";
import {followAttempts} from "./followAttempts.js";
import {statusTable} from "./runRuns.js";
import type {StopFlags} from "./stopCommand.js";
import {notice} from "./terminal.js";

export async function runStop(names: readonly string[], {runs, json}: StopFlags): Promise<void> {
  const attempts = names.map((name) => findAttempt(name, runs)); // all or none: a name that is wrong stops nothing
  const ending = [];
  for (const attempt of attempts) ending.push(await askToEnd(attempt, runs));
  const statuses = [];
  for (const each of ending) statuses.push(await each());
  process.stdout.write(`${json ? JSON.stringify({attempts: statuses}) : statusTable(statuses)}\n`);
}

/** @returns What waits for its end. */
async function askToEnd(attempt: FoundAttempt, runs: string): Promise<() => Promise<AttemptStatus>> {
  const {id} = attempt.plan;
  const place = placeOf(attempt);
  const before = (await place.statuses([attempt]))[0]!;
  if (before.state === "ended") {
    notice(`${id} has ended already: ${before.why}`);
    return async () => before;
  }
  if (isAtRest(before)) {
    throw new RebenchError("runner-lost", {
      problem: `no process runs ${id}, so there is nothing to stop`,
      hint: `It stays as it is. Take it up with: rebench resume ${runs}/${id}`,
    });
  }
  await place.stop([attempt]);
  return async () => {
    const {statuses, isInterrupted} = await followAttempts([attempt], place, "quiet");
    if (isInterrupted) notice(`${id} is still ending; look with: rebench attach ${id}`);
    return statuses.get(id) ?? before;
  };
}
