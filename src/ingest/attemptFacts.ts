import {agentLabel} from "../record/agentLabel.js";
import type {Attempt} from "../record/attempt.js";

/** What the summary of an import counts. */
export type AttemptFacts = {agent: string; environment: string; timeLimitSeconds: number | null; lacks: string[]};

const LACKS: [what: string, test: (attempt: Attempt) => boolean][] = [
  ["score", ({finalScore}) => finalScore === null],
  ["score log", ({scoreLog}) => scoreLog === null],
  ["working time", ({workingSeconds}) => workingSeconds === null],
  ["pauses", ({pauses}) => pauses === null],
  ["token usage", ({participant, tokenUsage}) => participant.kind === "agent" && tokenUsage === null],
  ["scaffold", ({participant}) => participant.kind === "agent" && participant.scaffold === null],
  ["person", ({participant}) => participant.kind === "human" && participant.person === null],
];

/** The facts of an attempt as JSON: few are different, so that they are counted before they are read. */
export function factsOf(attempt: Attempt): string {
  const {participant, environment, timeLimitSeconds} = attempt;
  const lacks: string[] = [];
  for (const [what, test] of LACKS) if (test(attempt)) lacks.push(what);
  return JSON.stringify({agent: agentLabel(participant), environment, timeLimitSeconds, lacks} satisfies AttemptFacts);
}
