import {Command, Option} from "commander";
import type {ParticipantTable} from "../analysis/participants.js";
import type {AnalysisOptions} from "../analysis/settings.js";
import {
  addOptions,
  estimationOptions,
  jsonOption,
  type OutputFlags,
  outputOption,
  type StoreFlags,
  selectionOptions,
  wageOption,
} from "./options.js";

/** The options of an analysis that change which attempts count or what they scored; nothing here is estimated. */
const SELECTION = ["store", "agents", "environments", "environmentsDir", "tier", "flagged", "errors"] as const;
const SCALE = ["constants", "floor"] as const;

export type ParticipantsFlags = StoreFlags &
  OutputFlags & {by?: ParticipantTable; wage: number} & Partial<Pick<AnalysisOptions, "agents" | "environments" | "tier">> &
  Pick<AnalysisOptions, "flagged" | "errors" | "constants" | "floor">;

export function participantsCommand(): Command {
  const command = new Command("participants")
    .summary("how attempts went, by agent, by people's cohort and by environment")
    .description(
      "How attempts went, by agent, by people's cohort, and by environment (people): scores, shares at 0 and at the reference, " +
        "score calls per hour, time to the first improvement and since the last, dollars per hour.",
    )
    .addOption(new Option("--by <table>", "this table only; default: all three").choices(["agent", "cohort", "environment"]))
    .addOption(wageOption());
  addOptions(command, only(selectionOptions(), SELECTION), "Which attempts count:");
  addOptions(command, only(estimationOptions(), SCALE), "How scores are normalized:");
  return addOptions(command, [jsonOption(), outputOption()], "Output:")
    .addHelpText("after", "\nExamples:\n  $ rebench participants\n  $ rebench participants --by environment --json")
    .action(async (flags: ParticipantsFlags) => {
      const {runParticipants} = await import("./runParticipants.js");
      await runParticipants(flags);
    });
}

const only = (options: readonly Option[], names: readonly string[]): Option[] =>
  options.filter((option) => names.includes(option.attributeName()));
