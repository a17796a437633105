import {Command, Option} from "commander";
import {
  type AnalysisFlags,
  addOptions,
  estimationOptions,
  jsonOption,
  outputOption,
  parseDurationList,
  parseKs,
  selectionOptions,
} from "./options.js";

export function scoreAtKCommand(): Command {
  const command = new Command("score-at-k")
    .summary("expected best normalized score of k attempts, by agent, time limit and k")
    .addOption(new Option("--k <list>", "attempts to take the best of; default: the powers of two that the data allow").argParser(parseKs))
    .addOption(new Option("--time-limits <list>", "default: every limit at which attempts were made").argParser(parseDurationList));
  return addOptions(command, [...selectionOptions(), ...estimationOptions(), outputOption(), jsonOption()])
    .addHelpText("after", "\nExample:\n  $ rebench score-at-k --k 1,8 --time-limits 30m,2h")
    .action(async (options: {k?: number[]; timeLimits?: number[]} & AnalysisFlags) => {
      const {runScoreAtK} = await import("./runScoreAtK.js");
      await runScoreAtK(options);
    });
}
