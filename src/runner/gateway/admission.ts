import {RebenchError} from "../../errors.js";
import type {Meter, SpentLimit} from "./meter.js";

/** What a call may use, at a guess. */
export type Estimate = {tokens: number; usd: number};

/** Lets calls in: `enter` resolves with what to call when the call is over. */
export type Admission = {enter(estimate: Estimate, signal: AbortSignal): Promise<() => void>};

type Waiting = {estimate: Estimate; admit(): void; refuse(error: Error): void};

/**
 * Calls in the order in which they were asked for: at most `mostCalls` at a time, and none beside others with which it might pass a
 * limit. So whatever is asked at once, a limit is passed by one call at most.
 *
 * @throws RebenchError `budget-spent` where a limit has been reached.
 */
export function createAdmission(meter: Meter, mostCalls: number): Admission {
  const queue: Waiting[] = [];
  const inUse = {calls: 0, tokens: 0, usd: 0};
  const fits = ({tokens, usd}: Estimate) => {
    if (inUse.calls === 0) return true;
    const left = meter.remaining();
    return inUse.calls < mostCalls && inUse.tokens + tokens <= left.tokens && inUse.usd + usd <= left.usd;
  };
  const change = ({tokens, usd}: Estimate, sign: 1 | -1) => {
    inUse.calls += sign;
    inUse.tokens += sign * tokens;
    inUse.usd += sign * usd;
  };
  const letIn = () => {
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const limit = meter.spent();
      if (limit === null && !fits(next.estimate)) return;
      queue.shift();
      if (limit) next.refuse(budgetSpent(limit));
      else next.admit();
    }
  };
  return {
    enter: (estimate, signal) =>
      new Promise((resolve, reject) => {
        const leave = once(() => {
          change(estimate, -1);
          letIn();
        });
        const quit = () => {
          queue.splice(queue.indexOf(waiting), 1);
          reject(signal.reason);
          letIn(); // those behind it may fit where it did not
        };
        const settled = () => signal.removeEventListener("abort", quit);
        const waiting: Waiting = {
          estimate,
          admit: () => {
            settled();
            change(estimate, 1);
            resolve(leave);
          },
          refuse: (error) => {
            settled();
            reject(error);
          },
        };
        if (signal.aborted) return reject(signal.reason);
        signal.addEventListener("abort", quit, {once: true});
        queue.push(waiting);
        letIn();
      }),
  };
}

function once(run: () => void): () => void {
  let isRun = false;
  return () => {
    if (!isRun) run();
    isRun = true;
  };
}

function budgetSpent(limit: SpentLimit): RebenchError {
  const said = limit.kind === "tokens" ? `${limit.limit} tokens` : `${limit.limit} US dollars`;
  return new RebenchError("budget-spent", {
    problem: `this attempt's budget of ${said} for models is spent`,
    hint: "No further questions to models are answered; what is in the workspace counts.",
  });
}
