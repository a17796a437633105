import {Command, Option} from "commander";
import {parseCount} from "./optionParsers.js";
import {addOptions, agentsOption, environmentsDirOption, environmentsOption, jsonOption, type StoreFlags, storeOption} from "./options.js";

export type AttemptsFlags = StoreFlags & {agents?: string[]; environments?: string[]; withFlag?: string; top?: number; json: boolean};

export function attemptsCommand(): Command {
  const command = new Command("attempts")
    .summary("list attempts in natural units, or show one whole")
    .description("Lists attempts by environment, best first, in natural units (ms, seconds, loss …), or shows one whole.")
    .argument("[id]", "show this attempt: score log, flags, provenance, transcript");
  return addOptions(command, [
    storeOption(),
    agentsOption(),
    environmentsOption(),
    environmentsDirOption(),
    new Option("--with-flag <flag>", "only attempts that carry this flag"),
    new Option("--top <count>", "only the best so many of each environment").argParser(parseCount),
    jsonOption(),
  ])
    .addHelpText(
      "after",
      "\nExamples:\n  $ rebench attempts --top 3\n  $ rebench attempts run-17\n  $ rebench attempts --with-flag over-long --agents human",
    )
    .action(async (id: string | undefined, flags: AttemptsFlags) => {
      const {runAttempts} = await import("./runAttempts.js");
      await runAttempts(id ?? null, flags);
    });
}
