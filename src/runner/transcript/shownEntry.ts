import type {TranscriptKind} from "./transcriptEntry.js";

export type ShownKind = Exclude<TranscriptKind, "message"> | "damage";

/** A text of an entry. */
export type ShownText = {
  /** What it is, such as `user` or `output`; empty where the entry's title says it. */
  label: string;
  start: string;
  /** Where a part of the text is not in the transcript: how long that is, and the file that has all, or null. */
  gap: {characters: number; file: string | null} | null;
  /** Behind the gap; empty where there is none. */
  end: string;
  /** What matters less to a reader: what was asked as against what was answered. */
  isAside: boolean;
};

/** What a score entry says, for jumping to it and for drawing all. */
export type ShownScore = {
  /** From 1, in the order of the transcript. */
  number: number;
  askedAtSeconds: number;
  score: number | null;
  valid: boolean;
  repeat: boolean;
  remeasured: boolean;
};

/** An entry as people read it. */
export type ShownEntry = {
  /** From 1, in the order of the transcript; messages are part of the call that has them. */
  number: number;
  kind: ShownKind;
  /** UTC; null for a line that is damaged. */
  time: string | null;
  workingSeconds: number | null;
  title: string;
  /** Short facts, such as `exit status 1`. */
  facts: string[];
  texts: ShownText[];
  isBad: boolean;
  score: ShownScore | null;
};
