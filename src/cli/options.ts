import {type Command, Help, Option} from "commander";
import {DEFAULT_WAGE_USD_PER_HOUR} from "../analysis/costOptions.js";
import type {AnalysisOptions} from "../analysis/settings.js";
import {FIGURE_BUDGETS_SECONDS} from "../report/figureBudgets.js";
import {
  collect,
  collectConstants,
  collectFlagged,
  collectOutputs,
  parseCount,
  parseDollars,
  parseDurationList,
  parseDurationOption,
  parseKs,
  parseLevel,
  parseLimitAndK,
  parseNames,
  parseReplicates,
  parseSeed,
} from "./optionParsers.js";

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

export const budgetsOption = (text = "total time over all attempts") =>
  new Option("--budgets <list>", text).argParser(parseDurationList).default([2 * 3600, 8 * 3600, 32 * 3600], "2h,8h,32h");
/** Budgets of plots: doublings, so that a log-2 axis has its points at ticks. */
export const plotBudgetsOption = () =>
  new Option("--budgets <list>", "time budgets of plots over budgets")
    .argParser(parseDurationList)
    .default([...FIGURE_BUDGETS_SECONDS], "30m,1h,2h,4h,8h,16h,32h,64h");
export const ksOption = () =>
  new Option("--k <list>", "attempts to take the best of; default: powers of two that the data allow").argParser(parseKs);
export const timeLimitsOption = () =>
  new Option("--time-limits <list>", "such as 30m,2h; default: those of the attempts").argParser(parseDurationList);

/** Where two participants are held against each other. */
export const atOption = () => new Option("--at <limit@k>", "best of k attempts of one time limit, such as 30m@4").argParser(parseLimitAndK);
export const budgetOption = () =>
  new Option("--budget <duration>", "the best that each makes of a total time").argParser(parseDurationOption);

export const wageOption = () =>
  new Option("--wage <dollars>", "people's pay an hour")
    .argParser(parseDollars)
    .default(DEFAULT_WAGE_USD_PER_HOUR, `${DEFAULT_WAGE_USD_PER_HOUR}, the paper's $1,855 for 8h`);
export const agentHourlyOption = () =>
  new Option("--agent-hourly <dollars>", "assume a rate for agents' attempts without cost and tokens (the paper's is 15.375)").argParser(
    parseDollars,
  );
export const pricesOption = () => new Option("--prices <file>", "prices that replace or add to the bundled ones (data/prices.json)");

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
