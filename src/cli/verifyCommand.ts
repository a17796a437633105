import {Argument, Command} from "commander";
import {addOptions, environmentsDirOption, jsonOption, pricesOption, type StoreFlags, storeOption} from "./options.js";

export type VerifyFlags = StoreFlags & {prices?: string; json: boolean};

export function verifyCommand(): Command {
  const command = new Command("verify")
    .summary("whether a figure follows from your attempts")
    .description(
      "Makes each figure again from the store, with the options that its file says, and compares the rows behind it, then the spec, " +
        "then the bytes. Exit status: 0 where all follow, 1 where one differs, else 2: one cannot be told, or nothing could be " +
        "verified.",
    )
    .addArgument(new Argument("<files...>", "files written by rebench figures, or downloaded from a report"));
  return addOptions(command, [storeOption(), environmentsDirOption(), pricesOption(), jsonOption()])
    .addHelpText("after", "\nExample:\n  $ rebench verify figures/budget.svg figures/budget.png --store rebench.duckdb")
    .action(async (files: string[], flags: VerifyFlags) => {
      const {runVerify} = await import("./runVerify.js");
      await runVerify(files, flags);
    });
}
