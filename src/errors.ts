/** What kind of failure it is; scripts branch on it, and `exitStatus` maps it to a process exit status. */
export type ErrorCode =
  | "usage"
  | "invalid-record"
  | "invalid-environment"
  | "unknown-environment"
  | "unknown-agent"
  | "unknown-attempt"
  | "unreadable-file"
  | "unknown-format"
  | "conflicting-attempt"
  | "store-missing"
  | "store-locked"
  | "store-newer"
  | "not-a-store"
  | "store-damaged"
  | "disk-full"
  | "unwritable-file"
  | "unknown-figure"
  | "no-figure"
  | "not-verified"
  | "invalid-theme"
  | "unknown-report"
  | "invalid-report"
  | "no-browser"
  | "no-model-key"
  | "model-key-refused"
  | "model-not-allowed"
  | "model-request-refused"
  | "model-unavailable"
  | "budget-spent"
  | "no-sandbox"
  | "journal-damaged"
  | "attempt-locked"
  | "unknown-run"
  | "scorer-broken"
  | "service-broken"
  | "too-late"
  | "host-unreachable"
  | "host-unusable"
  | "runner-lost"
  | "data-missing"
  | "no-python"
  | "too-few-attempts"
  | "undefined-statistic";

/** What happened, then what to do about it. Scripts branch on `code`. */
export class RebenchError extends Error {
  override readonly name = "RebenchError";
  readonly problem: string;
  readonly hint: string;

  constructor(
    readonly code: ErrorCode,
    {problem, hint, cause}: {problem: string; hint: string; cause?: unknown},
  ) {
    super(hint === "" ? problem : `${problem}\n  ${hint}`, {cause});
    this.problem = problem;
    this.hint = hint;
  }
}

/** Exit status of a failure: 2 for a command that was called wrongly and where `verify` cannot tell, 1 for everything else. */
export const exitStatus = (error: unknown): number =>
  error instanceof RebenchError && (error.code === "usage" || error.code === "not-verified") ? 2 : 1;

export const tooFewAttempts = (k: number, found: number) =>
  new RebenchError("too-few-attempts", {
    problem: `score@${k} needs at least ${k} attempts, found ${found}`,
    hint: "Ask for a smaller k, or add attempts with: rebench import <file.jsonl>",
  });

/** The names closest to `wanted` (at most three, at most half of its letters changed), for "did you mean" hints. */
export function nearestNames(wanted: string, names: readonly string[]): string[] {
  return names
    .map((name) => ({name, distance: editDistance(wanted.toLowerCase(), name.toLowerCase())}))
    .filter(({name, distance}) => distance <= Math.max(2, wanted.length / 2) || name.toLowerCase().includes(wanted.toLowerCase()))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({name}) => name);
}

/** Levenshtein distance: insertions, deletions and substitutions cost 1. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({length: b.length + 1}, (_, j) => j);
  for (let i = 1; i <= a.length; ++i) {
    const current = [i];
    for (let j = 1; j <= b.length; ++j) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, previous[j]! + 1, current[j - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}

/** Text as it can be shown: control characters, and those that reorder text, as escapes. It must not rewrite the terminal. */
export const printable = (text: string): string =>
  text.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** The same, over as many lines as it has. */
export const printableLines = (text: string): string => text.split("\n").map(printable).join("\n");
