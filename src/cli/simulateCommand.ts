import {Command, Option} from "commander";
import {addOptions, parseCount, parseSeed} from "./options.js";

export type SimulateFlags = {seed: number; attempts?: number; maxLogEntries?: number; output?: string};

export function simulateCommand(): Command {
  const command = new Command("simulate")
    .summary("draw synthetic attempts from a documented model, as run records")
    .description("Draws attempts by synthetic agents and people. Nothing in them is a measurement, and every record says so.");
  return addOptions(command, [
    new Option("--seed <seed>", "same seed, same attempts").argParser(parseSeed).default(1),
    new Option("--attempts <count>", "how many; default: the design of the sample data").argParser(parseCount),
    new Option("--max-log-entries <count>", "thin score logs to at most this many entries").argParser(parseCount),
    new Option("-o, --output <file>", "gzipped where the name ends in .gz; default: stdout"),
  ])
    .addHelpText("after", "\nExample:\n  $ rebench simulate --seed 2 -o synthetic.jsonl.gz && rebench import synthetic.jsonl.gz")
    .action(async (flags: SimulateFlags) => {
      const {runSimulate} = await import("./runSimulate.js");
      await runSimulate(flags);
    });
}
