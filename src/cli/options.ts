import {type Command, InvalidArgumentError, Option} from "commander";
import type {AnalysisOptions} from "../analysis/settings.js";
import {parseDuration, parseDurations} from "../duration.js";

// Every option that more than one command takes is declared here, once.

export const storeOption = () =>
  new Option("--store <file>", "DuckDB file with the attempts (default: rebench.duckdb, else the sample data)");

export const environmentsDirOption = () =>
  new Option("--environments-dir <dir>", "folder with environments of your own, NAME/environment.json each (repeatable)")
    .argParser(collect)
    .default([] as string[], "none");

export const jsonOption = () => new Option("--json", "print JSON on stdout, and nothing else there").default(false);

export const outputOption = () =>
  new Option("-o, --output <file>", "write the rows to a .json, .csv or .parquet file too (repeatable)")
    .argParser(collect)
    .default([] as string[], "none");

export const agentsOption = () => new Option("--agents <list>", "labels with commas between them; default: all").argParser(parseNames);
export const environmentsOption = () =>
  new Option("--environments <list>", "names or aliases with commas between them; default: all").argParser(parseNames);

/** Flags of every command that reads a store. */
export type StoreFlags = {store?: string; environmentsDir: string[]};
export type OutputFlags = {output: string[]; json: boolean};
/** The selection and estimation options as commander gives them. */
export type AnalysisFlags = StoreFlags & OutputFlags & Partial<AnalysisOptions>;

export function addOptions(command: Command, options: readonly Option[]): Command {
  for (const option of options) command.addOption(option);
  return command;
}

/** The options of an analysis, with null where commander leaves one out. */
export function analysisOptions({store: _, environmentsDir: __, output: ___, json: ____, ...flags}: AnalysisFlags): AnalysisOptions {
  const {agents = null, environments = null, tier = null, by = null} = flags;
  return {...(flags as AnalysisOptions), agents, environments, tier, by};
}

/** Which attempts count. */
export const selectionOptions = () => [
  storeOption(),
  agentsOption(),
  environmentsOption(),
  environmentsDirOption(),
  new Option("--tier <tier>", "tier of the attempts; default: full where there are any").choices(["full", "small"]),
  new Option(
    "--flagged <flag=treatment>",
    "what a flag does: keep, exclude or zero (repeatable); default: cheating=zero, keep for all others",
  )
    .argParser(collectFlagged)
    .default({cheating: "zero"} as Record<string, "keep" | "exclude" | "zero">, "cheating=zero"),
  new Option("--errors <treatment>", "attempts lost to infrastructure: leave them out, or count them as 0")
    .choices(["drop", "zero"])
    .default("drop"),
  new Option("--require-all", "no score for rows that lack any of the seven environments").default(false),
  new Option("--common", "restrict every row to the environments that all rows share").default(false),
  new Option("--by <breakdown>", "a row for each of these instead of one in all").choices([
    "environment",
    "category",
    "scaffold",
    "cohort",
  ]),
];

/** How numbers are made of them. */
export const estimationOptions = () => [
  new Option("--estimator <name>", "score@k over subsets of the attempts, or over draws from them")
    .choices(["without-replacement", "with-replacement"])
    .default("without-replacement"),
  new Option(
    "--constants <environment=name>",
    "starting and reference score to normalize with, a name in environment.json (repeatable); default: those in force",
  )
    .argParser(collectPairs)
    .default({} as Record<string, string>, "those in force"),
  new Option("--no-floor", "keep normalized scores below 0"),
  new Option("--too-few <rule>", "an environment with fewer than k attempts: no score, leave it out, or take all it has")
    .choices(["null", "drop", "clamp"])
    .default("null"),
  new Option("--allow-slices <rule>", "longer attempts seen at a budget in their score log: never, where none were made at it, always")
    .choices(["none", "missing", "all"])
    .default("missing"),
  new Option("--clock <clock>", "time of score-log entries: working time, or with the pauses")
    .choices(["working", "wall"])
    .default("working"),
  new Option("--bootstrap <replicates>", "bootstrap replicates for the intervals").argParser(parseCount).default(10_000),
  new Option("--seed <seed>", "seed of the bootstrap").argParser(parseSeed).default(1),
  new Option("--interval <level>", "level of the intervals").argParser(parseLevel).default(0.95),
];

/** Comma-separated durations as an option value. */
export function parseDurationList(text: string): number[] {
  return asArgument(() => parseDurations(text));
}

export function parseDurationOption(text: string): number {
  return asArgument(() => parseDuration(text));
}

/** Comma-separated positive integers, sorted and without repeats. */
export function parseKs(text: string): number[] {
  const ks = text.split(",").map(Number);
  const wrong = text.split(",").find((part) => !(Number.isSafeInteger(Number(part)) && Number(part) > 0));
  if (wrong !== undefined) throw new InvalidArgumentError(`"${wrong}" is no positive integer; write them with commas, such as 1,2,4.`);
  return [...new Set(ks)].sort((a, b) => a - b);
}

export function parseSeed(text: string): number {
  if (/^-?\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new InvalidArgumentError("Expected an integer.");
}

export function parseCount(text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new InvalidArgumentError("Expected an integer of 0 or more.");
}

export function collectPairs(text: string, previous: Record<string, string>): Record<string, string> {
  const at = text.indexOf("=");
  if (at > 0 && at < text.length - 1) return {...previous, [text.slice(0, at).trim()]: text.slice(at + 1).trim()};
  throw new InvalidArgumentError("Expected NAME=VALUE.");
}

export const collect = (text: string, previous: string[]): string[] => [...previous, text];

function collectFlagged(text: string, previous: Record<string, "keep" | "exclude" | "zero">): Record<string, "keep" | "exclude" | "zero"> {
  const [flag, treatment] = Object.entries(collectPairs(text, {}))[0]!;
  if (treatment === "keep" || treatment === "exclude" || treatment === "zero") return {...previous, [flag]: treatment};
  throw new InvalidArgumentError(`"${treatment}" is no treatment; write ${flag}=keep, ${flag}=exclude or ${flag}=zero.`);
}

function parseNames(text: string): string[] {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (names.length > 0) return names;
  throw new InvalidArgumentError("Expected names with commas between them.");
}

function parseLevel(text: string): number {
  const level = Number(text);
  if (level > 0 && level < 1) return level;
  throw new InvalidArgumentError("Expected a number between 0 and 1, such as 0.95.");
}

/** A usage error of ours as commander's, which names the option it came with. */
function asArgument<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message.replace("\n  ", ". "));
  }
}
