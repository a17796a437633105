import {Command, InvalidArgumentError, Option} from "commander";
import {parseCount, parseShareOption} from "./optionParsers.js";
import {
  type AnalysisFlags,
  addAnalysisOptions,
  addOptions,
  agentHourlyOption,
  atOption,
  budgetOption,
  pricesOption,
  wageOption,
} from "./options.js";

/** The options of `plan` itself, as commander gives them. */
export type PlanFlags = AnalysisFlags & {
  at?: {timeLimitSeconds: number; k: number};
  budget?: number;
  effect?: number;
  alpha: number;
  power: number;
  optimal: boolean;
  check?: number | true;
  wage: number;
  agentHourly?: number;
  prices?: string;
};

/** Studies of a check that names no number. */
export const CHECK_STUDIES = 2000;

export function planCommand(): Command {
  const command = new Command("plan")
    .summary("attempts, hours and dollars it takes to tell two participants apart")
    .description(
      "How many new attempts of two participants in each environment show the difference between them, at one time limit and k (--at) or " +
        "one time budget (--budget), from the attempts at hand. People are: human. Names with spaces go in quotes.",
    )
    .argument("<a>", "an agent's label, or human")
    .argument("<b>", "the one to tell it from")
    .addOption(atOption())
    .addOption(budgetOption())
    .addOption(
      new Option("--effect <difference>", "difference of mean score@k, a less b, to be found; default: the observed one").argParser(
        parseEffect,
      ),
    )
    .addOption(new Option("--alpha <level>", "level of the two-sided test").argParser(parseShareOption).default(0.05))
    .addOption(new Option("--power <share>", "wanted chance to find the difference").argParser(parseShareOption).default(0.8))
    .addOption(
      new Option(
        "--optimal",
        "attempts where they tell most for their dollars (hours, where dollars are not known), not equally many",
      ).default(false),
    )
    .addOption(
      new Option(
        "--check [studies]",
        `try the plan on this many other simulated studies (${CHECK_STUDIES} where no number is given)`,
      ).argParser(parseCount),
    );
  addOptions(command, [wageOption(), agentHourlyOption(), pricesOption()], "What attempts cost:");
  return addAnalysisOptions(command)
    .addHelpText(
      "after",
      '\nExamples:\n  $ rebench plan "agent one" human --budget 8h --check\n  $ rebench plan "agent one" "agent two" --at 30m@4 --effect 0.1 --optimal',
    )
    .action(async (a: string, b: string, options: PlanFlags) => {
      const {runPlan} = await import("./runPlan.js");
      await runPlan(a, b, options);
    });
}

function parseEffect(text: string): number {
  const effect = Number(text);
  if (text.trim() !== "" && Number.isFinite(effect) && effect !== 0) return effect;
  throw new InvalidArgumentError(`"${text}" is no difference to be found; write a number other than 0, such as 0.1.`);
}
