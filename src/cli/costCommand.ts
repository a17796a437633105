import {Command, InvalidArgumentError, Option} from "commander";
import {parseDollars} from "./optionParsers.js";
import {type AnalysisFlags, addAnalysisOptions, addOptions, agentHourlyOption, budgetsOption, pricesOption, wageOption} from "./options.js";

/** The command's own options as commander gives them. */
export type CostFlags = AnalysisFlags & {
  budgets: number[];
  dollars: number[];
  spend: "nominal" | "actual";
  prices?: string;
  unpriced: "error" | "skip";
  costFrom: "recorded" | "tokens";
  wage: number;
  hours: "budgeted" | "actual";
  agentHourly?: number;
  gpuHourly?: number;
};

export function costCommand(): Command {
  const command = new Command("cost")
    .summary("dollars per attempt and per budget, and what a sum buys")
    .description(
      "US dollars per attempt by agent (and for people) and time limit; the best score of each time budget beside what it costs; " +
        "and the best score that a sum of money buys. Nominal: as if no answer had come from a cache of ours; actual: what was paid.",
    )
    .addOption(budgetsOption())
    .addOption(new Option("--dollars <list>", "sums to spend").argParser(parseDollarList).default([100, 500, 2000], "100,500,2000"))
    .addOption(new Option("--spend <cost>", "the cost that has to fit --dollars").choices(["nominal", "actual"]).default("nominal"));
  addOptions(command, costOptions(), "What things cost:");
  return addAnalysisOptions(command)
    .addHelpText(
      "after",
      "\nExamples:\n  $ rebench cost --budgets 8h,32h\n  $ rebench cost --agent-hourly 15.375    agents without tokens: $123 for 8h",
    )
    .action(async (options: CostFlags) => {
      const {runCost} = await import("./runCost.js");
      await runCost(options);
    });
}

const costOptions = () => [
  pricesOption(),
  new Option("--unpriced <rule>", "tokens of a model without a price: stop, or leave the cost unknown")
    .choices(["error", "skip"])
    .default("error"),
  new Option("--cost-from <source>", "nominal cost where there are both: as recorded, or tokens at list price")
    .choices(["recorded", "tokens"])
    .default("recorded"),
  wageOption(),
  new Option("--hours <rule>", "hours that wages and rates are paid for: the time limit, or the time worked")
    .choices(["budgeted", "actual"])
    .default("budgeted"),
  agentHourlyOption(),
  new Option("--gpu-hourly <dollars>", "add the machine's GPUs at this rate each; default: leave them out").argParser(parseDollars),
];

/** Positive sums, ascending and without repeats. */
function parseDollarList(text: string): number[] {
  const sums = text.split(",").map(parseDollars);
  if (sums.some((sum) => sum === 0)) throw new InvalidArgumentError("Expected sums above 0, such as 100,500,2000.");
  return [...new Set(sums)].sort((a, b) => a - b);
}
