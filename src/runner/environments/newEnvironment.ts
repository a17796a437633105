import {cpSync, existsSync, readFileSync, writeFileSync} from "node:fs";
import {dirname, join, resolve} from "node:path";
import {environmentsFolder} from "../../assets.js";
import {RebenchError} from "../../errors.js";
import {lockSolution} from "../solutions/solutionArchive.js";
import {REFERENCE, readSolution, solutionKey} from "./solutions.js";

const TEMPLATE = join(environmentsFolder, "_lib", "template");
const NAME = /^[a-z][a-z0-9_]*$/;

/**
 * A new environment to change: a small one that works, with data, scorer, tests and a locked reference.
 *
 * @param parent Folder of environments; made where it is missing.
 * @param taken Whether another environment has that name.
 * @returns The new folder.
 */
export function newEnvironment(name: string, parent: string, taken: (name: string) => boolean): string {
  const folder = join(resolve(parent), name);
  if (!NAME.test(name)) {
    throw new RebenchError("usage", {
      problem: `"${name}" cannot be the name of an environment`,
      hint: "Begin with a lower-case letter; go on with lower-case letters, digits and _.",
    });
  }
  if (taken(name))
    throw new RebenchError("usage", {problem: `there is an environment called "${name}" already`, hint: "Choose another name."});
  if (existsSync(folder)) {
    throw new RebenchError("unwritable-file", {problem: `${folder} exists already`, hint: "Choose another name, or remove it first."});
  }
  try {
    cpSync(TEMPLATE, folder, {recursive: true, filter: (path) => !path.endsWith("__pycache__")});
  } catch (cause) {
    throw new RebenchError("unwritable-file", {
      problem: `cannot write ${folder}: ${(cause as Error).message}`,
      hint: "Choose another folder with --into.",
      cause,
    });
  }
  for (const file of ["environment.json", "instructions.md"]) replaceIn(join(folder, file), {__NAME__: name, __TITLE__: titleOf(name)});
  lockAgain(folder);
  return folder;
}

/** The template's reference has rebench's key; a folder of environments may have its own. */
function lockAgain(folder: string): void {
  const archive = lockSolution(readSolution(TEMPLATE, REFERENCE), solutionKey(dirname(folder)));
  writeFileSync(join(folder, "solutions", `${REFERENCE}.enc`), archive);
}

function replaceIn(file: string, words: Record<string, string>): void {
  const text = Object.entries(words).reduce((text, [word, value]) => text.replaceAll(word, value), readFileSync(file, "utf8"));
  writeFileSync(file, text);
}

const titleOf = (name: string): string => {
  const words = name
    .split("_")
    .filter((word) => word !== "")
    .join(" ");
  return words[0]!.toUpperCase() + words.slice(1);
};
