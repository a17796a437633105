import {Command, Option} from "commander";
import {
  type AnalysisFlags,
  addOptions,
  estimationOptions,
  jsonOption,
  outputOption,
  parseDurationList,
  selectionOptions,
} from "./options.js";

export function analyzeCommand(): Command {
  const command = new Command("analyze")
    .summary("best normalized score that each time budget allows, by agent and for people")
    .description(
      "For each agent and for people: the best expected normalized score (0 = starting solution, 1 = reference solution) that\n" +
        "each time budget allows, its interval, and the allocation that gives it (30m@4: the best of four 30-minute attempts).",
    )
    .addOption(
      new Option("--budgets <list>", "total time over all attempts, such as 2h,8h,32h").argParser(parseDurationList).makeOptionMandatory(),
    );
  return addOptions(command, [...selectionOptions(), ...estimationOptions(), outputOption(), jsonOption()])
    .addHelpText("after", "\nExample:\n  $ rebench analyze --budgets 2h,8h,32h --by environment --json")
    .action(async (options: {budgets: number[]} & AnalysisFlags) => {
      const {runAnalyze} = await import("./runAnalyze.js");
      await runAnalyze(options);
    });
}
