import {Command, Option} from "commander";
import {parseCount, parseSeed} from "./optionParsers.js";
import {addOptions} from "./options.js";

export type SimulateFlags = {seed: number; attempts?: number; maxLogEntries?: number; output?: string};

export function simulateCommand(): Command {
  const command = new Command("simulate")
    .summary("draw synthetic attempts, for trying things")
    .description(
      "Draws attempts by synthetic agents and people from a documented model, as run records. Nothing in them is a measurement, " +
        "and every record says so.",
    );
  return addOptions(command, [
    new Option("--seed <seed>", "same seed, same attempts").argParser(parseSeed).default(1),
    new Option("--attempts <count>", "how many; default: the design of the sample data").argParser(parseCount),
    new Option("--max-log-entries <count>", "thin score logs to at most this many entries").argParser(parseCount),
    new Option("-o, --output <file>", "file to write, gzipped where it ends in .gz; default: stdout"),
  ])
    .addHelpText(
      "after",
      "\nExample:\n  $ rebench simulate --seed 2 -o synthetic.jsonl.gz\n  $ rebench import synthetic.jsonl.gz --store synthetic.duckdb",
    )
    .action(async (flags: SimulateFlags) => {
      const {runSimulate} = await import("./runSimulate.js");
      await runSimulate(flags);
    });
}
