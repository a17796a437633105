import {existsSync, readdirSync, readFileSync, statSync} from "node:fs";
import {basename, join, resolve} from "node:path";
import {reportsFolder} from "../assets.js";
import {nearestNames, printable, RebenchError} from "../errors.js";
import {PARAMS, type Report, reportOf, TEXT} from "./report.js";

/** Names of the reports that come with rebench. */
export const bundledReports = (): string[] =>
  readdirSync(reportsFolder, {withFileTypes: true})
    .filter((entry) => entry.isDirectory() && existsSync(join(reportsFolder, entry.name, PARAMS)))
    .map(({name}) => name)
    .sort();

/**
 * The report of that name, or in that folder.
 *
 * @param figureNames Figures that can be asked for.
 * @throws RebenchError `unknown-report` with the nearest names, `invalid-report` for what its two files get wrong, `unreadable-file` where
 * one is missing.
 */
export function readReport(nameOrFolder: string, {figureNames}: {figureNames: readonly string[]}): Report {
  const folder = folderOf(nameOrFolder);
  const files = {params: readPart(folder, PARAMS), text: readPart(folder, TEXT)};
  return reportOf(basename(resolve(folder)), files, figureNames);
}

function folderOf(nameOrFolder: string): string {
  const bundled = bundledReports();
  if (bundled.includes(nameOrFolder)) return join(reportsFolder, nameOrFolder);
  if (existsSync(nameOrFolder) && statSync(nameOrFolder).isDirectory()) return nameOrFolder;
  const near = nearestNames(nameOrFolder, bundled);
  throw new RebenchError("unknown-report", {
    problem: `there is no report "${printable(nameOrFolder)}"${near.length > 0 ? `; did you mean ${near.join(" or ")}?` : ""}`,
    hint: `Name one of ${bundled.join(", ")}, or a folder of your own with ${PARAMS} and ${TEXT}.`,
  });
}

function readPart(folder: string, file: string): string {
  try {
    return readFileSync(join(folder, file), "utf8");
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (cause as Error).message;
    throw new RebenchError("unreadable-file", {
      problem: `cannot read ${join(folder, file)}: ${why}`,
      hint: `A report is a folder with ${PARAMS} (what is quoted and shown) and ${TEXT} (the prose).`,
      cause,
    });
  }
}
