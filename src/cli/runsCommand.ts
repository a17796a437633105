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
      `
States:
  waiting      taken on, not begun
  running      the clock goes
  paused       the clock stands, and why
  ended        over, and why
  dead         no process has it; take it up again with: rebench resume DIR
  unreachable  its host does not answer; it may well go on there

Example:
  $ rebench runs --watch`,
    )
    .action(async (flags: RunsFlags) => {
      const {runRuns} = await import("./runRuns.js");
      await runRuns(flags);
    });
}
