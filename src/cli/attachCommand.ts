import {Command} from "commander";
import {addOptions, jsonOption} from "./options.js";
import {runsOption} from "./runsCommand.js";

export type AttachFlags = {runs: string; json: boolean};

export function attachCommand(): Command {
  const command = new Command("attach")
    .summary("follow an attempt that runs in the background or elsewhere")
    .description(
      "Shows what has happened in an attempt and what happens, until it is over; results of another machine are brought here then. " +
        "Ctrl-C leaves it running.",
    )
    .argument("<attempt>", "its id, the end of its id, or its folder");
  return addOptions(command, [runsOption(), jsonOption()])
    .addHelpText("after", "\nExample:\n  $ rebench attach 9bbb-001")
    .action(async (attempt: string, flags: AttachFlags) => {
      const {runAttach} = await import("./runAttach.js");
      await runAttach(attempt, flags);
    });
}
