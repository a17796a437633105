import type {PriceFinder} from "../../cost/priceFinder.js";
import type {Environment} from "../../environment/environment.js";
import type {Attempt} from "../../record/attempt.js";
import type {Agent, Progress} from "../agents/agent.js";
import type {ModelUpstream} from "../gateway/upstream.js";
import type {Fingerprint} from "../host/hostFingerprint.js";
import type {JournalEntry} from "../journal/event.js";
import type {SolutionFiles} from "../solutions/solutionArchive.js";
import type {AttemptFolder} from "./attemptFolder.js";
import type {AttemptPlan} from "./attemptPlan.js";

/** Where an attempt stands, for whoever watches. */
export type AttemptProgress = Progress & {best: number | null; paused: boolean};

/** All that running an attempt takes. */
export type AttemptParts = {
  plan: AttemptPlan;
  folder: AttemptFolder;
  environment: Environment;
  environmentFolder: string;
  agent: Agent;
  participant: Attempt["participant"];
  /** What the agent needs inside, besides what every participant has. */
  binds: readonly {host: string; inside: string}[];
  /** Files of a solution of ours, put into the workspace at the beginning, of which nothing is left in the clear; null for all others. */
  solution: SolutionFiles | null;
  upstreams: readonly ModelUpstream[];
  prices: PriceFinder;
  /** The host's fingerprint, for the record. */
  host: Fingerprint | Promise<Fingerprint>;
  /** What scorers get of the host's environment. */
  variables: Record<string, string>;
  /** Where the model that is part of the task is asked, for scorers and services alone; null where it has none. */
  taskUpstream: ModelUpstream | null;
  now: () => Date;
  monotonic: () => number;
  /** Aborted by the user, with `"stop"` for good, with anything else to go on later. */
  signal: AbortSignal;
  /** Whether the participant may stop the clock: people may. */
  breaks: boolean;
  /** Told when a break has begun, which the shell that stands still cannot end: `goOn` does. */
  onBreak(goOn: () => Promise<void>): void;
  /** Between the polite signal at the end and the one that nobody survives; 10 s where left out. */
  graceSeconds?: number;
  onEvent: (entry: JournalEntry) => void;
  onProgress: (progress: AttemptProgress) => void;
  log: (line: string) => void;
};
