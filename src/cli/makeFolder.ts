import {mkdirSync} from "node:fs";
import {RebenchError} from "../errors.js";

/** Makes a folder to write into, and those above it. @throws RebenchError `unwritable-file`. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, {recursive: true});
  } catch (cause) {
    const {code, message} = cause as NodeJS.ErrnoException;
    const inTheWay = code === "EEXIST" || code === "ENOTDIR";
    const why = inTheWay ? "a file is in the way" : code === "EACCES" || code === "EPERM" ? "permission denied" : message;
    throw new RebenchError("unwritable-file", {
      problem: `cannot write into ${folder}: ${why}`,
      hint: "Choose another folder with --out.",
      cause,
    });
  }
}
