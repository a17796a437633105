import {Command, InvalidArgumentError, Option} from "commander";
import type {ComparisonPoint} from "../analysis/comparisonPoint.js";
import {parseDuration} from "../duration.js";
import {type AnalysisFlags, addAnalysisOptions, parseCount, parseDurationList, parseDurationOption} from "./options.js";

/** The options of `compare` itself. */
export type CompareFlags = {
  at?: ComparisonPoint & {timeLimitSeconds: number};
  budget?: number;
  budgets?: number[];
  all: boolean;
  alpha: number;
  power: number;
  permutations: number;
} & AnalysisFlags;

export function compareCommand(): Command {
  const command = new Command("compare")
    .summary("two participants: who is ahead, by how much, and how sure that is")
    .description(
      "Compares two participants over the environments that both have: at one time limit and k (--at), at one time budget (--budget), " +
        "or without either, their curves over all budgets and where those cross. People are: human. Names with spaces go in quotes.",
    )
    .argument("[a]", "an agent's label, or human")
    .argument("[b]", "the one to compare it with")
    .addOption(new Option("--at <limit@k>", "best of k attempts of one time limit, such as 30m@4").argParser(parseAt))
    .addOption(new Option("--budget <duration>", "the best that each makes of a total time").argParser(parseDurationOption))
    .addOption(new Option("--budgets <list>", "budgets of the curves, without --at or --budget").argParser(parseDurationList))
    .addOption(new Option("--all", "every pair of the selection, p values adjusted for their number").default(false))
    .addOption(new Option("--alpha <level>", "level of the tests").argParser(parseShare).default(0.05))
    .addOption(new Option("--power <share>", "power of the smallest difference that could be shown").argParser(parseShare).default(0.8))
    .addOption(
      new Option("--permutations <count>", "random arrangements, where there are over a million").argParser(parseCount).default(9999),
    );
  return addAnalysisOptions(command)
    .addHelpText(
      "after",
      '\nExamples:\n  $ rebench compare "agent one" human --budget 8h\n  $ rebench compare --all --at 30m@4\n  $ rebench compare "agent one" human',
    )
    .action(async (a: string | undefined, b: string | undefined, options: CompareFlags) => {
      const {runCompare} = await import("./runCompare.js");
      await runCompare(a, b, options);
    });
}

function parseAt(text: string): {timeLimitSeconds: number; k: number} {
  const [limit, k, ...rest] = text.split("@");
  const example = "Write a time limit and k, such as 30m@4: the best of four 30-minute attempts.";
  if (k === undefined || rest.length > 0 || !/^[1-9]\d*$/.test(k.trim()) || !Number.isSafeInteger(Number(k))) {
    throw new InvalidArgumentError(`"${text}" is no time limit and k. ${example}`);
  }
  try {
    return {timeLimitSeconds: parseDuration(limit!), k: Number(k)};
  } catch {
    throw new InvalidArgumentError(`"${limit}" is not a duration. ${example}`);
  }
}

function parseShare(text: string): number {
  const share = Number(text);
  if (share > 0 && share < 1) return share;
  throw new InvalidArgumentError("Expected a number between 0 and 1, such as 0.05 or 0.8.");
}
