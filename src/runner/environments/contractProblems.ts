import {existsSync, readdirSync, readFileSync, statSync} from "node:fs";
import {basename, join} from "node:path";
import type {Environment, Tier} from "../../environment/environment.js";
import {RebenchError} from "../../errors.js";
import {REFERENCE, readSolution, solutionNames} from "./solutions.js";

const FILES = ["instructions.md", "prepare.py", "scorer.py", "test_scorer.py"];

/** What an environment's folder lacks of the contract (environments/README.md), as sentences; nothing is run. */
export function contractProblems(folder: string, environment: Environment, tier: Tier): string[] {
  return [
    ...definitionProblems(folder, environment, tier),
    ...FILES.flatMap((file) => fileProblems(folder, file)),
    ...serviceProblems(folder, environment),
    ...startProblems(folder),
    ...solutionProblems(folder),
  ];
}

function definitionProblems(folder: string, {name, runner, tiers}: Environment, tier: Tier): string[] {
  return [
    ...(basename(folder) === name ? [] : [`the folder is called ${basename(folder)} and the environment ${name}`]),
    ...(runner === null ? ["environment.json has no runner"] : []),
    ...(tiers[tier] === undefined ? [`environment.json has no tier ${tier}`] : []),
    ...(runner !== null && runner.scoringTimeoutSeconds[tier] === undefined ? [`runner.scoringTimeoutSeconds has no ${tier}`] : []),
    ...(runner !== null && runner.timeLimitSeconds[tier] === undefined ? [`runner.timeLimitSeconds has no ${tier}`] : []),
    ...(runner?.submission.filter(leavesWorkspace).map((path) => `runner.submission leaves the workspace: ${path}`) ?? []),
  ];
}

function fileProblems(folder: string, file: string): string[] {
  const path = join(folder, file);
  if (!existsSync(path) || !statSync(path).isFile()) return [`${file} is missing`];
  return readFileSync(path, "utf8").trim() === "" ? [`${file} is empty`] : [];
}

function serviceProblems(folder: string, {runner}: Environment): string[] {
  if (runner?.service === true) return fileProblems(folder, "service.py");
  return existsSync(join(folder, "service.py")) ? ["service.py is there, but runner.service in environment.json is not true"] : [];
}

function startProblems(folder: string): string[] {
  const start = join(folder, "start");
  const isThere = existsSync(start) && statSync(start).isDirectory();
  return isThere && readdirSync(start).length > 0 ? [] : ["start/ is missing or empty"];
}

function solutionProblems(folder: string): string[] {
  const names = solutionNames(folder);
  return [
    ...(names.includes(REFERENCE) ? [] : ["solutions/reference.enc is missing"]),
    ...names.flatMap((name) => lockProblems(folder, name)),
  ];
}

function lockProblems(folder: string, name: string): string[] {
  try {
    readSolution(folder, name);
    return [];
  } catch (error) {
    if (error instanceof RebenchError) return [error.problem];
    throw error;
  }
}

const leavesWorkspace = (path: string) => path.startsWith("/") || path.split("/").includes("..");
