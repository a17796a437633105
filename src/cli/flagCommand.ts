import {Command, Option} from "commander";
import {addOptions} from "./options.js";

export type FlagFlags = {store: string; reason: string; author?: string; remove: boolean; json: boolean};

export function flagCommand(): Command {
  const command = new Command("flag")
    .summary("mark an attempt, or take a mark back; the history is kept")
    .description(
      "Marks an attempt, or takes a mark back. Every decision is kept with its reason, author and time. What a flag does to " +
        "scores is up to analyze and score-at-k (--flagged); by default cheating counts as 0 and all others change nothing.",
    )
    .argument("<id>", "the attempt's id, from: rebench attempts")
    .argument("<flag>", "cheating, or any name of your own in lower case");
  return addOptions(command, [
    new Option("--store <file>", "DuckDB file with the attempts").default("rebench.duckdb"),
    new Option("--reason <text>", "why, for those who read it later").makeOptionMandatory(),
    new Option("--author <name>", "who decided; default: the name of the user"),
    new Option("--remove", "take the flag back").default(false),
    new Option("--json", "print JSON on stdout, and nothing else there").default(false),
  ])
    .addHelpText("after", '\nExample:\n  $ rebench flag run-17 cheating --reason "copied the reference weights"')
    .action(async (id: string, flag: string, flags: FlagFlags) => {
      const {runFlag} = await import("./runFlag.js");
      await runFlag(id, flag, flags);
    });
}
