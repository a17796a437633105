import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {formatDuration} from "../duration.js";
import {findEnvironment, readCatalogue} from "../environment/catalogue.js";
import type {Environment} from "../environment/environment.js";
import {environmentFolder} from "../runner/environments/environmentFolder.js";
import {solutionNames} from "../runner/environments/solutions.js";
import type {ShowFlags} from "./environmentsCommand.js";
import {bold, printable, table, wrap} from "./terminal.js";

export async function runEnvironmentsShow(name: string, {environmentsDir, json}: ShowFlags): Promise<void> {
  const environment = findEnvironment(readCatalogue(environmentsDir), name);
  const folder = environmentFolder(environment.name, environmentsDir);
  const file = join(folder, "instructions.md");
  const instructions = existsSync(file) ? readFileSync(file, "utf8") : null;
  const solutions = solutionNames(folder);
  const text = json ? JSON.stringify({environment, solutions, instructions}) : showText(environment, solutions, instructions);
  process.stdout.write(`${text}\n`);
}

function showText(environment: Environment, solutions: readonly string[], instructions: string | null): string {
  const {name, version, title, aliases, rawScore, direction, scoreHidden, scoreRule, combine, runner} = environment;
  const facts: [string, string][] = [
    ["name", [`${name}, version ${version}`, ...(aliases.length > 0 ? [`also ${aliases.join(", ")}`] : [])].join("; ")],
    ["raw score", `${rawScore.description}; ${direction} is better`],
    ["scores are", `${scoreHidden ? "hidden from participants" : "told"}; the ${scoreRule} counts; k attempts: the ${combine}`],
    ["submission", runner === null ? "not known: this environment is for the analysis only, so far" : submissionText(runner)],
    ...taskModelFact(runner),
    ["solutions", solutions.length > 0 ? `${solutions.join(", ")} (encrypted)` : "none"],
  ];
  const lines = facts.map(([label, text]) => wrap(`${label.padEnd(12)}${printable(text)}`, " ".repeat(12)));
  return [
    bold(printable(title)),
    lines.join("\n"),
    constantsTable(environment),
    instructions === null ? "It has no instructions here." : multiline(instructions),
  ].join("\n\n");
}

const taskModelFact = (runner: Environment["runner"]): [string, string][] =>
  runner === null || runner.taskModel.length === 0
    ? []
    : [["task model", `a language model of its own at tier ${runner.taskModel.join(" and ")}, named with: run --task-model`]];

function submissionText({submission, maxBytes, maxFiles, scoringCountsTime, needs}: NonNullable<Environment["runner"]>): string {
  const size = `at most ${maxFiles} file${maxFiles === 1 ? "" : "s"}, ${maxBytes.toLocaleString("en")} bytes`;
  const clock = scoringCountsTime ? "scoring counts as working time" : "the clock stands still while it is scored";
  return [`${submission.join(", ")} (${size})`, clock, ...(needs.length > 0 ? [`needs ${needs.join(", ")}`] : [])].join("; ");
}

function constantsTable({tiers, timeLimitSeconds, runner}: Environment): string {
  const rows = (["small", "full"] as const).flatMap((tier) =>
    Object.entries(tiers[tier]?.constants ?? {}).map(([name, {startingScore, referenceScore, source}]) => [
      `${tier}${name === tiers[tier]!.defaultConstants ? "" : " (other)"}`,
      formatDuration(runner?.timeLimitSeconds[tier] ?? timeLimitSeconds),
      name,
      String(startingScore),
      String(referenceScore),
      printable(source),
    ]),
  );
  return table(["tier", "limit", "constants", "start", "reference", "source"], rows, {
    aligns: ["left", "right", "left", "right", "right", "left"],
    wrapColumns: [5],
  });
}

/** Their lines stay as they are; nothing in them reaches the terminal as a command to it. */
const multiline = (text: string): string => text.trimEnd().split("\n").map(printable).join("\n");
