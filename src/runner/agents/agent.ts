import type {Environment} from "../../environment/environment.js";
import type {Model} from "../gateway/model.js";
import type {ExecOptions, ExecResult, Sandbox} from "../sandbox/sandbox.js";

/** What a submission was given. */
export type ScoreAnswer = {
  /** Raw; null where the submission was not valid, or where scores are hidden. */
  score: number | null;
  /** Whether the submission was valid; known where scores are hidden too. */
  valid: boolean;
  /** Why not, or what a participant may know besides. */
  message: string;
  /** The same submission was scored before, and this is that answer. */
  repeat: boolean;
  workingSeconds: number;
};

/** What is used of the limits. */
export type Progress = {
  workingSeconds: number;
  timeLimitSeconds: number;
  tokens: number;
  tokenLimit: number | null;
  costUsd: number;
  costLimitUsd: number | null;
};

/** What an agent works with. Everything it does through here is in the transcript and the journal. */
export type AgentContext = {
  environment: Environment;
  /** `instructions.md`, with the limits of this attempt. */
  instructions: string;
  /** Runs in the sandbox; the output is also in the transcript. */
  exec(command: readonly string[], options?: ExecOptions): Promise<ExecResult & {output: string}>;
  score(): Promise<ScoreAnswer>;
  scoreLog(): readonly ScoreAnswer[];
  /** Ends the attempt with what is in the workspace. */
  submit(): Promise<void>;
  model: Model;
  sandbox: Sandbox;
  progress(): Progress;
  /** In [0, 1), from a stream of the attempt's seed. */
  random(): number;
  /** Aborted at a limit, at a pause by the user, or when the attempt ends. */
  signal: AbortSignal;
  /** For resuming: what the agent last saved with `save`, or null; JSON. */
  saved: unknown;
  /** Durable when it resolves. */
  save(state: unknown): Promise<void>;
  log(line: string): void;
};

/** Works on an attempt until it has nothing left to do, the signal is aborted, or it submits. */
export type Agent = {
  name: string;
  /** As records have it. */
  participant: {scaffold: string | null; model: string | null};
  /** Models that it may ask through the gateway. */
  models: readonly string[];
  run(context: AgentContext): Promise<void>;
};
