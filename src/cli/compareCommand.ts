import {Command, Option} from "commander";
import type {ComparisonPoint} from "../analysis/comparisonPoint.js";
import {parseCount, parseDurationList, parseShareOption} from "./optionParsers.js";
import {type AnalysisFlags, addAnalysisOptions, atOption, budgetOption} from "./options.js";

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

/** What curves have no use for. */
const ONE_POINT = ["alpha", "power", "permutations"] as const;

export function compareCommand(): Command {
  const command = new Command("compare")
    .summary("two participants: who is ahead, by how much, and how sure that is")
    .description(
      "Compares two participants over the environments that both have: at one time limit and k (--at), at one time budget (--budget), " +
        "or without either, their curves over all budgets and where those cross. People are: human. Names with spaces go in quotes.",
    )
    .argument("[a]", "an agent's label, or human")
    .argument("[b]", "the one to compare it with")
    .addOption(atOption())
    .addOption(budgetOption())
    .addOption(new Option("--budgets <list>", "budgets of the curves, without --at or --budget").argParser(parseDurationList))
    .addOption(new Option("--all", "every pair of the selection, p values adjusted for their number").default(false))
    .addOption(new Option("--alpha <level>", "level of the tests").argParser(parseShareOption).default(0.05))
    .addOption(
      new Option("--power <share>", "power of the smallest difference that could be shown").argParser(parseShareOption).default(0.8),
    )
    .addOption(
      new Option("--permutations <count>", "random arrangements, where there are over a million").argParser(parseCount).default(9999),
    );
  return addAnalysisOptions(command)
    .addHelpText(
      "after",
      '\nExamples:\n  $ rebench compare "agent one" human --budget 8h\n  $ rebench compare --all --at 30m@4\n  $ rebench compare "agent one" human',
    )
    .action(async (a: string | undefined, b: string | undefined, options: CompareFlags) => {
      const onePoint = ONE_POINT.filter((name) => command.getOptionValueSource(name) === "cli").map((name) => `--${name}`);
      const {runCompare} = await import("./runCompare.js");
      await runCompare(a, b, options, onePoint);
    });
}
