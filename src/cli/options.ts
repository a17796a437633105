import {type Command, Help, InvalidArgumentError, Option} from "commander";
import type {AnalysisOptions} from "../analysis/settings.js";
import {parseDuration, parseDurations} from "../duration.js";

// Every option that more than one command takes is declared here, once.

export const storeOption = () =>
  new Option("--store <file>", "DuckDB file with the attempts; default: rebench.duckdb, else the sample data");

export const environmentsDirOption = () =>
  new Option("--environments-dir <dir>", "folder with environments of your own, NAME/environment.json each (repeatable)")
    .argParser(collect)
    .default([] as string[]);

export const jsonOption = () => new Option("--json", "print JSON on stdout, and nothing else there").default(false);

export const outputOption = () =>
  new Option("-o, --output <file>", "also write a .json (everything), .csv or .parquet (the rows) file (repeatable)")
    .argParser(collectOutputs)
    .default([] as string[]);

export const agentsOption = () =>
  new Option("--agents <list>", "labels with commas between them, people are: human; default: all").argParser(parseNames);
export const environmentsOption = () =>
  new Option("--environments <list>", "names or aliases with commas between them; default: all").argParser(parseNames);

/** Flags of every command that reads a store. */
export type StoreFlags = {store?: string; environmentsDir: string[]};
export type OutputFlags = {output: string[]; json: boolean};
/** The selection and estimation options as commander gives them. */
export type AnalysisFlags = StoreFlags & OutputFlags & Partial<AnalysisOptions>;

/** Adds options to a command, under a heading of their own in its help where one is given. */
export function addOptions(command: Command, options: readonly Option[], heading?: string): Command {
  for (const option of options) command.addOption(heading === undefined ? option : option.helpGroup(heading));
  return command;
}

/** The options that analyze and score-at-k share, in three groups. */
export function addAnalysisOptions(command: Command): Command {
  addOptions(command, selectionOptions(), "Which attempts count:");
  addOptions(command, estimationOptions(), "How numbers are made of them:");
  return addOptions(command, [jsonOption(), outputOption()], "Output:");
}

/** An option's description with its choices and default; without defaults that say nothing (false, an empty list). */
export function describeOption(option: Option): string {
  const {defaultValue} = option;
  const saysNothing = defaultValue === false || (Array.isArray(defaultValue) && defaultValue.length === 0);
  const shown = new Option(option.flags, option.description);
  shown.argChoices = option.argChoices;
  if (!saysNothing)
    shown.default(defaultValue, option.defaultValueDescription ?? (typeof defaultValue === "string" ? defaultValue : undefined));
  if (option.negate) shown.default(undefined);
  return new Help().optionDescription(shown).replaceAll('"', "");
}

/** The options of an analysis, with null where commander leaves one out. */
export function analysisOptions({store: _, environmentsDir: __, output: ___, json: ____, ...flags}: AnalysisFlags): AnalysisOptions {
  const {agents = null, environments = null, tier = null, by = null, resampleSize = null, threads = null, correctSelection = false} = flags;
  return {...(flags as AnalysisOptions), agents, environments, tier, by, resampleSize, threads, correctSelection};
}

/** Which attempts count. */
export const selectionOptions = () => [
  storeOption(),
  agentsOption(),
  environmentsOption(),
  environmentsDirOption(),
  new Option("--tier <tier>", "tier of the attempts; default: full where there are any").choices(["full", "small"]),
  new Option("--flagged <flag=treatment>", "what becomes of attempts with a flag: keep, exclude or zero (repeatable)")
    .argParser(collectFlagged)
    .default({cheating: "zero"} as Record<string, "keep" | "exclude" | "zero">, "cheating=zero, keep for all others"),
  new Option("--errors <treatment>", "attempts lost to infrastructure: leave out or count as 0").choices(["drop", "zero"]).default("drop"),
  new Option("--require-all", "only the seven environments, and no score for rows that lack one").default(false),
  new Option("--common", "only environments that all rows share").default(false),
  new Option("--by <breakdown>", "break each row down; cohort: people only").choices(["environment", "category", "scaffold", "cohort"]),
];

/** How numbers are made of them. */
export const estimationOptions = () => [
  new Option("--estimator <name>", "how k attempts are drawn for score@k")
    .choices(["without-replacement", "with-replacement"])
    .default("without-replacement"),
  new Option(
    "--constants <environment=name>",
    "starting and reference score to normalize with, by a name in environment.json such as gpt2_qa_rl=metr-2025 (repeatable)",
  )
    .argParser(collectConstants)
    .default({} as Record<string, string>, "those in force at the time"),
  new Option("--no-floor", "keep normalized scores below 0"),
  new Option("--too-few <rule>", "where an environment has fewer than k attempts: no score, leave it out, or take all it has")
    .choices(["null", "drop", "clamp"])
    .default("null"),
  new Option("--allow-slices <rule>", "see longer attempts at the budget in their score logs: never, where none were made at it, or always")
    .choices(["none", "missing", "all"])
    .default("missing"),
  new Option("--clock <clock>", "time of score-log entries: working time, or with pauses").choices(["working", "wall"]).default("working"),
  new Option("--bootstrap <replicates>", "bootstrap replicates for the intervals").argParser(parseReplicates).default(10_000),
  new Option("--seed <seed>", "seed of the bootstrap").argParser(parseSeed).default(1),
  new Option("--resample <scheme>", "what is drawn with replacement: attempts within environments; environments, then attempts; or people")
    .choices(["attempts", "environments", "people"])
    .default("attempts"),
  new Option("--interval-method <name>", "how intervals are made")
    .choices(["percentile", "bca", "studentized", "normal", "m-out-of-n"])
    .default("percentile"),
  new Option("--interval <level>", "level of the intervals").argParser(parseLevel).default(0.95),
  new Option("--resample-size <m>", "m-out-of-n: attempts drawn per environment; default: n to the power 2/3, rounded up").argParser(
    parseCount,
  ),
  new Option("--threads <n>", "threads of the bootstrap; default: as many as there are cores, where they pay").argParser(parseCount),
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

/** How many of something are wanted: 1 or more. */
export function parseCount(text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text)) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError("Expected an integer of 1 or more.");
}

const MOST_REPLICATES = 1_000_000;

function parseReplicates(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= MOST_REPLICATES) return Number(text);
  throw new InvalidArgumentError(`Expected an integer from 0 (no intervals) to ${MOST_REPLICATES}.`);
}

/** `name=value`, both without the spaces around them; `example` is what an error shows. */
export function parsePair(text: string, example: string): [name: string, value: string] {
  const at = text.indexOf("=");
  const [name, value] = [text.slice(0, Math.max(at, 0)).trim(), text.slice(at + 1).trim()];
  if (name !== "" && value !== "") return [name, value];
  throw new InvalidArgumentError(`Expected a pair such as ${example}.`);
}

function collectConstants(text: string, previous: Record<string, string>): Record<string, string> {
  const [environment, name] = parsePair(text, "gpt2_qa_rl=paper");
  return {...previous, [environment]: name};
}

function collectOutputs(text: string, previous: string[]): string[] {
  if (/\.(json|csv|parquet)$/i.test(text)) return [...previous, text];
  throw new InvalidArgumentError("Expected a file name that ends in .json, .csv or .parquet.");
}

export const collect = (text: string, previous: string[]): string[] => [...previous, text];

function collectFlagged(text: string, previous: Record<string, "keep" | "exclude" | "zero">): Record<string, "keep" | "exclude" | "zero"> {
  const [flag, treatment] = parsePair(text, "over-long=exclude");
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

/** A time limit and k such as `30m@4`. */
export function parseLimitAndK(text: string): {timeLimitSeconds: number; k: number} {
  const [limit, k, ...rest] = text.split("@");
  if (k === undefined || rest.length > 0 || !/^[1-9]\d*$/.test(k.trim()) || !Number.isSafeInteger(Number(k))) {
    throw new InvalidArgumentError(`"${text}" is no time limit and k; write 30m@4 for the best of four 30-minute attempts.`);
  }
  return {timeLimitSeconds: parseDurationOption(limit!), k: Number(k)};
}

/** A share strictly between 0 and 1. */
export function parseShareOption(text: string): number {
  const share = Number(text);
  if (text.trim() !== "" && share > 0 && share < 1) return share;
  throw new InvalidArgumentError(`"${text}" is no number between 0 and 1; write 0.05 or 0.8.`);
}
