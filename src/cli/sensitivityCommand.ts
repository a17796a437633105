import {Command} from "commander";
import {type AnalysisFlags, addAnalysisOptions, budgetsOption} from "./options.js";

export function sensitivityCommand(): Command {
  const command = new Command("sensitivity")
    .summary("whether a conclusion flips when one choice is made otherwise")
    .description(
      "Who leads at each time budget, by how much, and how the best agent stands against people: as asked, and with one choice " +
        "at a time made otherwise: each environment left out, each flag kept, excluded or counted as 0, the floor, the mean over " +
        "environments, the estimator, the clock, the constants.",
    )
    .addOption(budgetsOption());
  return addAnalysisOptions(command)
    .addHelpText("after", "\nExample:\n  $ rebench sensitivity --budgets 2h,8h")
    .action(async (options: {budgets: number[]} & AnalysisFlags) => {
      const {runSensitivity} = await import("./runSensitivity.js");
      await runSensitivity(options);
    });
}
