import type {Environment} from "../../environment/environment.js";
import {applyScoreRule} from "../../environment/scoreRule.js";

type HasScore = {score: number | null};

/** The first of the entries with the best score; undefined where none is valid. */
export function bestScored<Entry extends HasScore>(entries: readonly Entry[], {direction}: Environment): Entry | undefined {
  const best = applyScoreRule(
    "best",
    entries.map(({score}) => score),
    direction === "higher",
  );
  return best === null ? undefined : entries.find(({score}) => score === best);
}

/** What a participant may know of its best score: null where there is none, or scores are hidden. */
export const bestShown = (entries: readonly HasScore[], environment: Environment): number | null =>
  environment.scoreHidden ? null : (bestScored(entries, environment)?.score ?? null);
