import {join} from "node:path";

/** Where an attempt keeps what. Everything but the workspace is closed to its participant. */
export type AttemptFolder = {
  folder: string;
  plan: string;
  journal: string;
  lock: string;
  transcript: string;
  agentState: string;
  workspace: string;
  submissions: string;
  logs: string;
  /** What the environment's service keeps. */
  service: string;
  record: string;
};

/** `NAME.record.json` is what `rebench import` reads; the name makes each a source of its own. */
export const attemptFolder = (folder: string, id: string): AttemptFolder => ({
  folder,
  plan: join(folder, "attempt.json"),
  journal: join(folder, "journal.jsonl"),
  lock: join(folder, "lock"),
  transcript: join(folder, "transcript.jsonl"),
  agentState: join(folder, "agent-state.json"),
  workspace: join(folder, "workspace"),
  submissions: join(folder, "submissions"),
  logs: join(folder, "logs"),
  service: join(folder, "service"),
  record: join(folder, `${id}.record.json`),
});
