import {Command, Option} from "commander";
import {type AnalysisFlags, addAnalysisOptions, parseDurationList, parseKs} from "./options.js";

export function scoreAtKCommand(): Command {
  const command = new Command("score-at-k")
    .summary("expected best normalized score of k attempts, by time limit")
    .description(
      "The normalized score (0 = starting solution, 1 = reference solution) to expect from the best of k attempts, with its " +
        "interval, by agent (and for people), time limit and k.",
    )
    .addOption(new Option("--k <list>", "attempts to take the best of; default: powers of two that the data allow").argParser(parseKs))
    .addOption(new Option("--time-limits <list>", "such as 30m,2h; default: those of the attempts").argParser(parseDurationList));
  return addAnalysisOptions(command)
    .addHelpText("after", "\nExample:\n  $ rebench score-at-k --k 1,8 --time-limits 30m,2h")
    .action(async (options: {k?: number[]; timeLimits?: number[]} & AnalysisFlags) => {
      const {runScoreAtK} = await import("./runScoreAtK.js");
      await runScoreAtK(options);
    });
}
