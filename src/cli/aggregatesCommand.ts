import {Command, InvalidArgumentError, Option} from "commander";
import {type AnalysisFlags, addAnalysisOptions, ksOption, timeLimitsOption} from "./options.js";

export type AggregatesFlags = {k?: number[]; timeLimits?: number[]; gamma: number; profile: boolean} & AnalysisFlags;

export function aggregatesCommand(): Command {
  const command = new Command("aggregates")
    .summary("interquartile mean, optimality gap, human percentile, profiles")
    .description(
      "Other summaries of the scores behind score-at-k, by agent (and for people), time limit and k: the interquartile mean " +
        "(of the middle half), the optimality gap (how far scores fall short of gamma), and the percentile among people. " +
        "Intervals have --resample attempts and --interval-method percentile, whatever is asked for.",
    )
    .addOption(ksOption())
    .addOption(timeLimitsOption())
    .addOption(
      new Option("--gamma <score>", "the score that is good enough: what the gap is measured from").argParser(parseScore).default(1),
    )
    .addOption(new Option("--profile", "also the share of attempts above each score, from 0 to 2").default(false));
  return addAnalysisOptions(command)
    .addHelpText("after", "\nExamples:\n  $ rebench aggregates --k 1,4,16\n  $ rebench aggregates --k 1 --profile --time-limits 30m")
    .action(async (flags: AggregatesFlags) => {
      const {runAggregates} = await import("./runAggregates.js");
      await runAggregates(flags);
    });
}

function parseScore(text: string): number {
  const score = Number(text);
  if (text.trim() !== "" && Number.isFinite(score)) return score;
  throw new InvalidArgumentError("Expected a normalized score, such as 1 for the reference solution.");
}
