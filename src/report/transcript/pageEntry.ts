// What a transcript's page is made of. Its texts are shown as they are: whoever hands them over has made them harmless.

export type PageText = {
  label: string;
  start: string;
  /** A part that is not there, and the file that has it. */
  gap: {characters: number; file: string | null} | null;
  end: string;
  isAside: boolean;
};

export type PageEntry = {
  /** From 1, in order. */
  number: number;
  kind: string;
  /** UTC. */
  time: string | null;
  workingSeconds: number | null;
  title: string;
  facts: readonly string[];
  texts: readonly PageText[];
  isBad: boolean;
};

export type PageScore = {
  /** Of the entry that says it. */
  entry: number;
  /** From 1. */
  number: number;
  askedAtSeconds: number;
  /** Raw; null where there is none. */
  score: number | null;
  valid: boolean;
  repeat: boolean;
  remeasured: boolean;
};

/** What stands above the entries. */
export type PageSubject = {
  title: string;
  /** Name and value, such as time limit and 30m. */
  facts: readonly (readonly [name: string, value: string])[];
  scores: readonly PageScore[];
  /** What the time axis ends with. */
  endSeconds: number;
  startingScore: number | null;
  referenceScore: number | null;
  /** What a reader should know, such as lines that cannot be read. */
  warnings: readonly string[];
};
