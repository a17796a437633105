import {RebenchError} from "../errors.js";
import type {Problem} from "../import/row.js";
import type {Conflict} from "../store/addAttempts.js";
import type {SourceRow} from "../store/sources.js";

const SHOWN = 10;

/** The first problems of a file, each with line, field, value found and what was expected. */
export function invalidRows(fileName: string, read: number, problems: readonly Problem[]): RebenchError {
  const shown = problems.slice(0, SHOWN).map((problem) => `  ${describeProblem(fileName, problem)}`);
  const rest = problems.length > SHOWN ? [`  … and ${problems.length - SHOWN} more`] : [];
  return new RebenchError("invalid-record", {
    problem: [
      `${fileName}: ${problems.length === 1 ? "1 problem" : `${problems.length} problems`} in ${read} rows; nothing was imported`,
      ...shown,
      ...rest,
    ].join("\n"),
    hint: "Correct the file, or import the other rows with --skip-invalid (the bad ones are then written beside it with reasons).",
  });
}

/** `file:line: field: found X, expected Y`, each value on one line with control characters shown. */
export function describeProblem(fileName: string, {line, field, found, expected}: Problem): string {
  const parts = [
    field,
    [found === null ? null : `found ${visible(found)}`, `expected ${visible(expected)}`].filter((part) => part !== null).join(", "),
  ];
  return `${fileName}:${line}: ${parts.filter((part) => part !== null).join(": ")}`;
}

const visible = (text: string) => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => JSON.stringify(character).slice(1, -1));

/** Attempts whose ids are taken by attempts with other content, with both sources. */
export function conflictingAttempts(fileName: string, conflicts: readonly Conflict[], sources: readonly SourceRow[]): RebenchError {
  const shown = conflicts.slice(0, SHOWN).map(({attempt, otherSourceId, differs}) => {
    const other = sources.find(({sourceId}) => sourceId === otherSourceId);
    const where = other
      ? `${other.fileName} (source ${other.sourceId}, sha256 ${other.sha256.slice(0, 12)})`
      : `an earlier line of ${fileName}`;
    return `  ${attempt.id}: here from ${fileName}, there from ${where}; differs in ${differs.join(", ")}`;
  });
  const rest = conflicts.length > SHOWN ? [`  … and ${conflicts.length - SHOWN} more`] : [];
  return new RebenchError("conflicting-attempt", {
    problem: [
      `${fileName}: ${conflicts.length === 1 ? "1 attempt has an id that is" : `${conflicts.length} attempts have ids that are`} taken by other content; nothing was imported`,
      ...shown,
      ...rest,
    ].join("\n"),
    hint: "Give them other ids, or let them take the old ones' place with --replace (flags are kept).",
  });
}
