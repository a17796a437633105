import {Command, Option} from "commander";
import {addOptions, jsonOption} from "./options.js";

export type RunsFlags = {runs: string; watch: boolean; json: boolean};

export const runsOption = () => new Option("--runs <dir>", "folder of the attempts").default("runs");

export function runsCommand(): Command {
  const command = new Command("runs")
    .summary("attempts that are being made, here and elsewhere, and those that are over")
    .description(
      "Lists the attempts below a folder: state, time used, best score (0: the start, 1: the reference), tokens, cost, and where they run. " +
        "Attempts on other machines are asked for there.",
    );
  return addOptions(command, [
    runsOption(),
    new Option("--watch", "again every two seconds, until Ctrl-C or until none is on its way").default(false),
    jsonOption(),
  ])
    .addHelpText(
      "after",
      "\nStates:\n  waiting  taken on, not begun         paused  the clock stands, and why\n  running  the clock goes              ended   over, and why\n  dead     no process has it: rebench resume DIR\n  unreachable  its host does not answer\n\nExample:\n  $ rebench runs --watch",
    )
    .action(async (flags: RunsFlags) => {
      const {runRuns} = await import("./runRuns.js");
      await runRuns(flags);
    });
}
