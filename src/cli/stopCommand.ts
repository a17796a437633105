import {Command} from "commander";
import {addOptions, jsonOption} from "./options.js";
import {runsOption} from "./runsCommand.js";

export type StopFlags = {runs: string; json: boolean};

export function stopCommand(): Command {
  const command = new Command("stop")
    .summary("end an attempt for good")
    .description("Ends everything in an attempt, scores what is there once more, and writes its record, which says that it was stopped.")
    .argument("<attempts...>", "ids, ends of ids, or folders");
  return addOptions(command, [runsOption(), jsonOption()])
    .addHelpText("after", "\nExample:\n  $ rebench stop 9bbb-001")
    .action(async (attempts: string[], flags: StopFlags) => {
      const {runStop} = await import("./runStop.js");
      await runStop(attempts, flags);
    });
}
