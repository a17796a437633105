import {dirname, relative} from "node:path";
import {findAttempt} from "../runner/hosts/findAttempts.js";
import {placeOf} from "../runner/hosts/placeOf.js";
import type {AttachFlags} from "./attachCommand.js";
import {concludeFollowing, followAttempts} from "./followAttempts.js";
import {statusTable} from "./runRuns.js";

export async function runAttach(attempt: string, {runs, json}: AttachFlags): Promise<void> {
  const found = findAttempt(attempt, runs);
  const followed = await followAttempts([found], placeOf(found), json ? "json" : "lines");
  if (!json && !followed.isInterrupted) process.stdout.write(`${statusTable([...followed.statuses.values()])}\n`);
  concludeFollowing(followed, relative(".", dirname(found.folder)) || ".");
}
