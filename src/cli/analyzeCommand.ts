import {Command, Option} from "commander";
import {type AnalysisFlags, addAnalysisOptions, budgetsOption} from "./options.js";

export function analyzeCommand(): Command {
  const command = new Command("analyze")
    .summary("what each time budget buys, by agent and for people")
    .description(
      "For each agent and for people: the best expected normalized score (0 = starting solution, 1 = reference solution) that " +
        "each time budget allows, its interval, and the allocation that gives it (30m@4: the best of four 30-minute attempts).",
    )
    .addOption(budgetsOption())
    .addOption(
      new Option("--correct-selection", "also correct for each budget's allocation having been picked on the same attempts").default(false),
    );
  return addAnalysisOptions(command)
    .addHelpText(
      "after",
      "\nExamples:\n  $ rebench analyze --budgets 2h,8h,32h --by environment\n  $ rebench analyze --budgets 8h --agents human --json",
    )
    .action(async (options: {budgets: number[]} & AnalysisFlags) => {
      const {runAnalyze} = await import("./runAnalyze.js");
      await runAnalyze(options);
    });
}
