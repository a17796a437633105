import {Command, Option} from "commander";
import {addOptions, agentsOption, environmentsDirOption, environmentsOption, type StoreFlags, storeOption} from "./options.js";

export type ExportFlags = StoreFlags & {format: "records"; output?: string; agents?: string[]; environments?: string[]};

export function exportCommand(): Command {
  const command = new Command("export")
    .summary("write attempts as run records, nothing lost")
    .description("Writes attempts as run records, with the history of their flags and where they came from, sorted by id.");
  return addOptions(command, [
    storeOption(),
    new Option("--format <format>", "records: one JSON object a line").choices(["records"]).default("records"),
    new Option("-o, --output <file>", "file to write, gzipped where it ends in .gz; default: stdout"),
    agentsOption(),
    environmentsOption(),
    environmentsDirOption(),
  ])
    .addHelpText("after", "\nExample:\n  $ rebench export --format records -o attempts.jsonl.gz")
    .action(async (flags: ExportFlags) => {
      const {runExport} = await import("./runExport.js");
      await runExport(flags);
    });
}
