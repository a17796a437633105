import {Command, Option} from "commander";
import {parseDurationOption, parsePair} from "./optionParsers.js";
import {addOptions, environmentsDirOption, jsonOption, type StoreFlags} from "./options.js";

export type ImportFlags = StoreFlags & {
  json: boolean;
  format: "auto" | "records" | "metr" | "human-csv";
  humanTimeLimit: number;
  map: Record<string, string>;
  skipInvalid: boolean;
  replace: boolean;
  template?: "human-csv";
  list: boolean;
  remove?: string;
};

export function importCommand(): Command {
  const command = new Command("import")
    .summary("read attempts from files into a store, all or nothing")
    .description(
      "Reads attempts from files into a store: all of them, or nothing where something is wrong. What looks odd is flagged, " +
        "never changed. The same file twice adds nothing.",
    )
    .argument(
      "[files...]",
      "run records (JSON lines; a folder: those of its attempts), METR runs.jsonl, human baseline CSV; gzipped or not",
    );
  return addOptions(command, [
    new Option("--store <file>", "DuckDB file to import into, made where there is none").default("rebench.duckdb"),
    new Option("--format <format>", "format of the files; auto: by their structure")
      .choices(["auto", "records", "metr", "human-csv"])
      .default("auto"),
    new Option("--human-time-limit <duration>", "time limit of human attempts in files that record none")
      .argParser(parseDurationOption)
      .default(8 * 3600, "8h"),
    new Option(
      "--map <column=field,…>",
      "human CSV: column of the file = field it holds, such as Final score=score (repeatable, or with commas)",
    )
      .argParser(collectMap)
      .default({}, "the columns' own names"),
    new Option("--skip-invalid", "import the valid rows, write the others to FILE.rejected.jsonl with reasons").default(false),
    new Option("--replace", "let attempts take the place of those with the same id and other content").default(false),
    new Option("--template <format>", "instead: print an example file to fill in").choices(["human-csv"]),
    new Option("--list", "instead: list the sources in the store").default(false),
    new Option("--remove <source>", "instead: take a source out, with its attempts; its number, file name or sha256"),
    environmentsDirOption(),
    jsonOption(),
  ])
    .addHelpText(
      "after",
      "\nExamples:\n  $ rebench import runs.jsonl people.csv\n  $ rebench import --template human-csv > people.csv\n  $ rebench import --list",
    )
    .action(async (files: string[], flags: ImportFlags) => {
      const {runImport} = await import("./runImport.js");
      await runImport(files, flags);
    });
}

/** `column=field`: the file's column holds our field. */
function collectMap(text: string, previous: Record<string, string>): Record<string, string> {
  const pairs = text.split(",").map((pair) => parsePair(pair, '"Final score=score"'));
  return {...previous, ...Object.fromEntries(pairs.map(([column, field]) => [field, column]))};
}
