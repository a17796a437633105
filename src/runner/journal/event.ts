import type {TokenUsage} from "../gateway/model.js";

/** Why an attempt ended, as records have it in `endReason`. */
export type EndReason =
  | "submitted"
  | "agent-finished"
  | "agent-failed"
  | "time-limit"
  | "token-limit"
  | "cost-limit"
  | "output-limit"
  | "disk-limit"
  | "stopped"
  | "sandbox-lost"
  | "runner-error";

/**
 * Why the clock stands. A participant can bring about `scoring`, during which it is frozen, and `break`, which only people have. `timing`:
 * another attempt on this host is being timed.
 */
export type PauseReason = "scoring" | "timing" | "upstream-429" | "upstream-5xx" | "upstream-connection" | "break" | "runner-down" | "user";

/** What a question to a model used. */
export type ModelCallFacts = {
  usage: TokenUsage;
  costUsd: number | null;
  usageKnown: boolean;
  /** What counts against the limits: an estimate where the usage never arrived. */
  chargedTokens: number;
  chargedUsd: number;
  generatingSeconds: number;
};

/** Who asks the model that is part of a task. */
export type TaskModelAsker = "service" | "scorer";

/** What happened in an attempt. All times are working seconds; the journal adds them, a number and the time of day. */
export type JournalEvent =
  | {type: "started"; bootId: string; pid: number; mechanism: Record<string, string>}
  /** Life sign: the clock is known to have got this far. */
  | {type: "heartbeat"}
  | {type: "paused"; reason: PauseReason}
  | {type: "resumed"; reason: PauseReason; pausedSeconds: number}
  | {type: "score-requested"; requestId: string}
  /** What will be scored is safe: after a crash it is this copy, whatever the workspace holds by then. */
  | {type: "copied"; requestId: string; submissionSha256: string}
  | {
      type: "scored";
      requestId: string;
      /** When the score was asked for: that is when it counts. */
      askedAtSeconds: number;
      submissionSha256: string | null;
      /** Raw; null where the submission is not valid. */
      score: number | null;
      /** For the participant. */
      reason: string;
      /** For the record; never shown to the participant. */
      details: Record<string, unknown>;
      repeat: boolean;
      scoringSeconds: number;
      /** Measured again at the end, for environments whose scores are noisy. */
      remeasured: boolean;
    }
  | {type: "scoring-failed"; requestId: string; problem: string}
  | ({type: "model-call"} & ModelCallFacts)
  /** A question to the model that is part of the task: no part of what its participant used. */
  | ({type: "task-model-call"; asker: TaskModelAsker} & ModelCallFacts)
  | {type: "limit"; limit: EndReason}
  /** It is decided why the attempt ends: after a crash nobody works on. */
  | {type: "ending"; reason: EndReason; detail: string | null}
  | {type: "ended"; reason: EndReason; detail: string | null};

export type JournalEntry = JournalEvent & {
  /** From 0, without gaps. */
  sequence: number;
  workingSeconds: number;
  /** UTC. */
  time: string;
};
