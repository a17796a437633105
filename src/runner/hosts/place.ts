import type {AttemptStatus} from "./attemptStatus.js";
import type {FoundAttempt} from "./findAttempts.js";
import type {FollowLine} from "./followFolders.js";

export type FollowOptions = {
  tell: (line: FollowLine) => void;
  /** Said to whoever watches, such as that a connection was lost. */
  log: (line: string) => void;
  /** Aborted: look away. The attempts go on. */
  signal: AbortSignal;
};

/** Where attempts run, to whoever looks at them from outside. */
export type Place = {
  /** Where each stands; `problem` where that could not be asked. */
  statuses(attempts: readonly FoundAttempt[]): Promise<AttemptStatus[]>;
  /** Tells what happens until all are over, dead or paused; what is left of an attempt is here then. */
  follow(attempts: readonly FoundAttempt[], options: FollowOptions): Promise<void>;
  /** Asks that the attempts end for good; each is scored once more, and leaves its record. */
  stop(attempts: readonly FoundAttempt[]): Promise<void>;
};
