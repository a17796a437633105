import {existsSync, readdirSync, statSync} from "node:fs";
import {join} from "node:path";
import {RebenchError} from "../errors.js";

const RECORD = /\.record\.json$/;

/**
 * Files to import: a folder stands for the records of the attempts in it, such as `runs/`, or of the one attempt whose folder it is. Sorted
 * by path, so that the same folder is the same import everywhere.
 *
 * @throws RebenchError `unreadable-file` for a folder without records, with what there is instead.
 */
export const recordFiles = (paths: readonly string[]): string[] => paths.flatMap((path) => (isFolder(path) ? recordsIn(path) : [path]));

const isFolder = (path: string): boolean => statSync(path, {throwIfNoEntry: false})?.isDirectory() ?? false;

function recordsIn(folder: string): string[] {
  const names = list(folder);
  const attempts = names.map((name) => join(folder, name)).filter(isFolder);
  const records = [folder, ...attempts].flatMap((each) =>
    list(each)
      .filter((name) => RECORD.test(name))
      .map((name) => join(each, name)),
  );
  if (records.length > 0) return records.sort();
  const unfinished = [folder, ...attempts].filter((each) => existsSync(join(each, "attempt.json"))).length;
  throw new RebenchError("unreadable-file", {
    problem: `there is no record of an attempt in ${folder}${unfinished > 0 ? `: ${unfinished === 1 ? "the attempt" : `all ${unfinished} attempts`} there ${unfinished === 1 ? "has" : "have"} not ended` : ""}`,
    hint:
      unfinished > 0
        ? `Go on with what was cut off: rebench resume ${folder.replace(/\/$/, "")}/ID`
        : "Name the folder in which rebench run put its attempts (runs/), or files.",
  });
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (cause) {
    throw new RebenchError("unreadable-file", {
      problem: `cannot read ${folder}: ${(cause as Error).message}`,
      hint: "Check its permissions.",
      cause,
    });
  }
}
