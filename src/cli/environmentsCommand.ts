import {Argument, Command, Option} from "commander";
import {parseCount} from "./optionParsers.js";
import {addOptions, environmentsDirOption, jsonOption} from "./options.js";

type Shared = {environmentsDir: string[]; json: boolean};
export type ListFlags = Shared & {python?: string};
export type ShowFlags = Shared;
export type CheckFlags = Shared & {all: boolean; tier: "small" | "full"; python?: string; data: "real" | "synthetic"; solutions: boolean};
export type CalibrateFlags = Shared & {all: boolean; tier: "small" | "full"; python?: string; runs: number; out?: string};
export type UnlockFlags = {environmentsDir: string[]; solution: string};
export type NewFlags = {environmentsDir: string[]; into: string};

const pythonOption = () => new Option("--python <program>", "Python for environments; default: REBENCH_PYTHON, .venv of rebench, python3");
const nameArgument = () => new Argument("<name>", "environment, or an alias of one");

export function environmentsCommand(): Command {
  return new Command("environments")
    .summary("list the environments, show, check, calibrate or make one")
    .description("What participants work in: instructions, starting files, data, scorer.")
    .addHelpText("after", "\nExamples:\n  $ rebench environments list\n  $ rebench environments check --all --tier small")
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(checkCommand())
    .addCommand(calibrateCommand())
    .addCommand(unlockCommand())
    .addCommand(newCommand());
}

function listCommand(): Command {
  const command = new Command("list")
    .summary("what there is, and what can run here")
    .description("Lists the environments: tiers, GPUs and time limit, and whether each can run on this machine.");
  return addOptions(command, [environmentsDirOption(), pythonOption(), jsonOption()])
    .addHelpText("after", "\nExample:\n  $ rebench environments list")
    .action(async (flags: ListFlags) => {
      const {runEnvironmentsList} = await import("./runEnvironmentsList.js");
      await runEnvironmentsList(flags);
    });
}

function showCommand(): Command {
  const command = new Command("show")
    .summary("instructions and constants of one")
    .description(
      "Shows an environment: how it is scored, its tiers with starting and reference score, what is submitted, the instructions.",
    )
    .addArgument(nameArgument());
  return addOptions(command, [environmentsDirOption(), jsonOption()])
    .addHelpText("after", "\nExample:\n  $ rebench environments show optimize_kernel")
    .action(async (name: string, flags: ShowFlags) => {
      const {runEnvironmentsShow} = await import("./runEnvironmentsShow.js");
      await runEnvironmentsShow(name, flags);
    });
}

function checkCommand(): Command {
  const command = new Command("check")
    .summary("whether environments keep their contract")
    .description(
      "Checks the files of environments, prepares their data, and scores the starting files (0 ± 0.05 normalized) and the reference " +
        "(1 ± 0.1). Runs no sandbox: all code is the environment's own. Exit status: 0 where all pass, 1 where one does not.",
    )
    .addArgument(new Argument("[names...]", "environments, or aliases"));
  return addOptions(command, [
    new Option("--all", "all that can be run: those for the analysis alone are left out").default(false),
    new Option("--tier <tier>", "small: two CPU cores and minutes; full: the paper's scale").choices(["small", "full"]).default("small"),
    new Option("--data <kind>", "what tier full is prepared with").choices(["real", "synthetic"]).default("real"),
    new Option("--solutions", "also the solutions between start and reference, which must score in the order of their names").default(
      false,
    ),
    environmentsDirOption(),
    pythonOption(),
    jsonOption(),
  ])
    .addHelpText(
      "after",
      "\nExamples:\n  $ rebench environments check optimize_kernel\n  $ rebench environments check --all --tier small --json",
    )
    .action(async (names: string[], flags: CheckFlags) => {
      const {runEnvironmentsCheck} = await import("./runEnvironmentsCheck.js");
      await runEnvironmentsCheck(names, flags);
    });
}

function calibrateCommand(): Command {
  const command = new Command("calibrate")
    .summary("measure what scores 0 and 1 on this host")
    .description(
      "Scores the starting files and the reference several times. Where scores are times, their medians are the starting and reference " +
        "score on this host from now on (attempts on a host without a calibration make one first, of 3 runs); elsewhere they show how far scores scatter.",
    )
    .addArgument(new Argument("[names...]", "environments, or aliases"));
  return addOptions(command, [
    new Option("--all", "all that can be run").default(false),
    new Option("--tier <tier>", "small: two CPU cores and minutes; full: the paper's scale").choices(["small", "full"]).default("small"),
    new Option("--runs <n>", "scorings of each").argParser(parseCount).default(5),
    new Option("--out <dir>", "also write NAME-TIER.json there"),
    environmentsDirOption(),
    pythonOption(),
    jsonOption(),
  ])
    .addHelpText("after", "\nExample:\n  $ rebench environments calibrate optimize_kernel --tier small")
    .action(async (names: string[], flags: CalibrateFlags) => {
      const {runEnvironmentsCalibrate} = await import("./runEnvironmentsCalibrate.js");
      await runEnvironmentsCalibrate(names, flags);
    });
}

function unlockCommand(): Command {
  const command = new Command("unlock")
    .summary("decrypt a solution, for maintainers")
    .description(
      "Writes a solution's files into a new folder outside rebench. Solutions are encrypted so that no crawler collects them; " +
        "keep them out of anything public.",
    )
    .addArgument(nameArgument())
    .addArgument(new Argument("<dir>", "new or empty folder"));
  return addOptions(command, [new Option("--solution <name>", "which one").default("reference"), environmentsDirOption()])
    .addHelpText("after", "\nExample:\n  $ rebench environments unlock optimize_kernel /tmp/solution")
    .action(async (name: string, dir: string, flags: UnlockFlags) => {
      const {runEnvironmentsUnlock} = await import("./runEnvironmentsUnlock.js");
      await runEnvironmentsUnlock(name, dir, flags);
    });
}

function newCommand(): Command {
  const command = new Command("new")
    .summary("make an environment of your own")
    .description("Makes a folder with a small environment that works, to be changed into your own. See environments/README.md.")
    .addArgument(new Argument("<name>", "lower-case letters, digits and _"));
  return addOptions(command, [
    new Option("--into <dir>", "folder of environments to make it in").default("environments"),
    environmentsDirOption(),
  ])
    .addHelpText("after", "\nExample:\n  $ rebench environments new my_task --into my-environments")
    .action(async (name: string, flags: NewFlags) => {
      const {runEnvironmentsNew} = await import("./runEnvironmentsNew.js");
      await runEnvironmentsNew(name, flags);
    });
}
