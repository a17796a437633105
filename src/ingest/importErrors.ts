import {printable, RebenchError} from "../errors.js";
import type {Problem} from "../import/row.js";
import type {Conflict} from "../store/addAttempts.js";
import type {SourceRow} from "../store/sources.js";
import type {RejectedRows} from "./rejectedRows.js";

const SHOWN = 10;

/** The first problems of a file, each with line, field, value found and what was expected. */
export function invalidRows(fileName: string, read: number, {problems, problemCount}: RejectedRows): RebenchError {
  const shown = problems.slice(0, SHOWN).map((problem) => `  ${describeProblem(fileName, problem)}`);
  const rest = problemCount > SHOWN ? [`  … and ${problemCount - SHOWN} more`] : [];
  const [found, rows] = [problemCount === 1 ? "1 problem" : `${problemCount} problems`, read === 1 ? "1 row" : `${read} rows`];
  return new RebenchError("invalid-record", {
    problem: [`${printable(fileName)}: ${found} in ${rows}; nothing was imported`, ...shown, ...rest].join("\n"),
    hint: "Correct the file, or import the other rows with --skip-invalid (the bad ones are then written beside it with reasons).",
  });
}

/** `file:line: field: found X, expected Y`, each value on one line with control characters shown. */
export function describeProblem(fileName: string, {line, field, found, expected}: Problem): string {
  const parts = [
    field && printable(field),
    [found === null ? null : `found ${printable(found)}`, `expected ${printable(expected)}`].filter((part) => part !== null).join(", "),
  ];
  return `${printable(fileName)}:${line}: ${parts.filter((part) => part !== null).join(": ")}`;
}

/** Attempts whose ids are taken by attempts with other content, with both sources. */
export function conflictingAttempts(fileName: string, conflicts: readonly Conflict[], sources: readonly SourceRow[]): RebenchError {
  const shown = conflicts.slice(0, SHOWN).map(({attemptId, otherSourceId, differs}) => {
    const other = sources.find(({sourceId}) => sourceId === otherSourceId);
    const where = other
      ? `${printable(other.fileName)} (source ${other.sourceId}, sha256 ${other.sha256.slice(0, 12)})`
      : `an earlier line of ${printable(fileName)}`;
    return `  ${printable(attemptId)}: here from ${printable(fileName)}, there from ${where}; differs in ${differs.join(", ")}`;
  });
  const rest = conflicts.length > SHOWN ? [`  … and ${conflicts.length - SHOWN} more`] : [];
  return new RebenchError("conflicting-attempt", {
    problem: [
      `${printable(fileName)}: ${conflicts.length === 1 ? "1 attempt has an id that is" : `${conflicts.length} attempts have ids that are`} taken by other content; nothing was imported`,
      ...shown,
      ...rest,
    ].join("\n"),
    hint: conflicts.every(({otherSourceId}) => sources.some(({sourceId}) => sourceId === otherSourceId))
      ? "Give them other ids, or let them take the old ones' place with --replace (flags are kept)."
      : "Leave one line for each id: which of two is right cannot be known.",
  });
}
