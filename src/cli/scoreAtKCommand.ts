import {Command} from "commander";
import {type AnalysisFlags, addAnalysisOptions, ksOption, timeLimitsOption} from "./options.js";

export function scoreAtKCommand(): Command {
  const command = new Command("score-at-k")
    .summary("expected best normalized score of k attempts, by time limit")
    .description(
      "The normalized score (0 = starting solution, 1 = reference solution) to expect from the best of k attempts, with its " +
        "interval, by agent (and for people), time limit and k.",
    )
    .addOption(ksOption())
    .addOption(timeLimitsOption());
  return addAnalysisOptions(command)
    .addHelpText("after", "\nExample:\n  $ rebench score-at-k --k 1,8 --time-limits 30m,2h")
    .action(async (options: {k?: number[]; timeLimits?: number[]} & AnalysisFlags) => {
      const {runScoreAtK} = await import("./runScoreAtK.js");
      await runScoreAtK(options);
    });
}
