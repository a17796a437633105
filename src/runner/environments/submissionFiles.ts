import {cpSync, existsSync, lstatSync, mkdirSync, readdirSync} from "node:fs";
import {dirname, join} from "node:path";
import type {Environment} from "../../environment/environment.js";

type Runner = NonNullable<Environment["runner"]>;

/** Copies what is scored out of a workspace of our own: for solutions that we trust, not for participants'. */
export function copyTrusted(workspace: string, submission: string, {submission: paths}: Pick<Runner, "submission">): void {
  mkdirSync(submission, {recursive: true});
  for (const path of paths.filter((path) => existsSync(join(workspace, path)))) {
    mkdirSync(dirname(join(submission, path)), {recursive: true});
    cpSync(join(workspace, path), join(submission, path), {recursive: true});
  }
}

/** What of a submission is beyond the limits of its environment, or not allowed in one, as sentences. */
export function submissionProblems(folder: string, {maxBytes, maxFiles, maxDepth}: Runner): string[] {
  const entries = readdirSync(folder, {recursive: true, withFileTypes: true});
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const bytes = files.reduce((sum, file) => sum + lstatSync(file).size, 0);
  const depth = Math.max(0, ...files.map((file) => file.slice(folder.length + 1).split("/").length));
  const odd = entries.find((entry) => !entry.isFile() && !entry.isDirectory());
  return [
    ...(bytes > maxBytes ? [`${bytes} bytes, more than maxBytes ${maxBytes}`] : []),
    ...(files.length > maxFiles ? [`${files.length} files, more than maxFiles ${maxFiles}`] : []),
    ...(depth > maxDepth ? [`files ${depth} deep, more than maxDepth ${maxDepth}`] : []),
    ...(odd === undefined ? [] : [`${odd.name} is neither a file nor a folder`]),
  ];
}
