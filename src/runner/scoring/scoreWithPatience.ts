import {setTimeout as sleep} from "node:timers/promises";
import {RebenchError} from "../../errors.js";
import {runScorer, type ScorerAnswer, type ScorerCall} from "./runScorer.js";

const PATIENCE_SECONDS = [5, 15];

/** A scorer that finds the machine too loaded to time anything (status 75) is asked again, twice. */
export async function scoreWithPatience(call: ScorerCall, patienceSeconds: readonly number[] = PATIENCE_SECONDS): Promise<ScorerAnswer> {
  for (const seconds of patienceSeconds) {
    try {
      return await runScorer(call);
    } catch (error) {
      if (!(error instanceof RebenchError && error.problem.includes("status 75"))) throw error;
      await sleep(seconds * 1000, undefined, {signal: call.signal});
    }
  }
  return runScorer(call);
}
