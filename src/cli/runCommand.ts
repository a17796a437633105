import {Argument, Command, InvalidArgumentError, Option} from "commander";
import {SANDBOX_CHOICES, type SandboxChoice} from "../runner/sandbox/sandboxChoices.js";
import {collect, parseCount, parseDollars, parseDurationOption, parseNames, parseSeed} from "./optionParsers.js";
import {environmentsDirOption, jsonOption, pricesOption} from "./options.js";

export type RunFlags = {
  agent: string;
  timeLimit?: number;
  attempts: number;
  parallel: number;
  tier: "small" | "full";
  taskModel?: string;
  network?: "none" | "model" | "host";
  sandbox: SandboxChoice;
  host: string;
  detach: boolean;
  out: string;
  seed: number;
  data: "real" | "synthetic";
  constants?: string;
  tokens?: number;
  dollars?: number;
  taskTokens?: number;
  taskDollars?: number;
  memory?: number;
  gpus?: string[];
  bind: string[];
  person?: string;
  cohort?: string;
  python?: string;
  prices?: string;
  environmentsDir: string[];
  json: boolean;
};

export const AGENT_FORMS = "modular:MODEL, aide:MODEL, human, command:PATH, replay:FILE, reference, start";

export function runCommand(): Command {
  return new Command("run")
    .summary("attempts at an environment, by an agent or a person")
    .description(
      "Puts an agent or a person into an environment under a time limit, lets it score itself at any time, and writes a folder for each " +
        "attempt, with its record. Import the records with: rebench import runs/",
    )
    .addArgument(new Argument("<environment>", "name or alias; see: rebench environments list"))
    .addOption(new Option("--agent <spec>", `who works: ${AGENT_FORMS}`).makeOptionMandatory())
    .addOption(new Option("--time-limit <duration>", "working time; default: what is usual for the tier").argParser(parseDurationOption))
    .addOption(new Option("--attempts <n>", "how many, each in a folder of its own").argParser(parseCount).default(1))
    .addOption(new Option("--parallel <n>", "how many of them at a time").argParser(parseCount).default(1))
    .addOption(
      new Option("--tier <tier>", "small: two CPU cores and minutes; full: the paper's scale").choices(["small", "full"]).default("small"),
    )
    .addOption(
      new Option("--task-model <model>", "language model that is part of the task (a judge, or one to work with), where it has one"),
    )
    .addOption(
      new Option("--network <access>", "what is reached from inside; default: model where the agent has models, else none").choices([
        "none",
        "model",
        "host",
      ]),
    )
    .addOption(new Option("--sandbox <kind>", "none: without any protection").choices(SANDBOX_CHOICES).default("auto"))
    .addOption(new Option("--host <host>", "where it runs: local, ssh:HOST, slurm or slurm:PARTITION").default("local"))
    .addOption(new Option("--detach", "leave it running and return; see: rebench runs, attach, stop").default(false))
    .addOption(new Option("--out <dir>", "folder for the attempts").default("runs"))
    .addOption(new Option("--seed <n>", "seed of the first attempt; the next has the next").argParser(parseSeed).default(1))
    .addOption(
      new Option("--data <kind>", "real, or generated in place of what would have to be fetched")
        .choices(["real", "synthetic"])
        .default("real"),
    )
    .addOption(
      new Option(
        "--constants <name>",
        "starting and reference score: a set of environment.json; default: the tier's, or of timed environments those measured on the host",
      ),
    )
    .addOption(new Option("--tokens <n>", "limit on tokens of models").argParser(parseCount).helpGroup("Limits:"))
    .addOption(new Option("--dollars <sum>", "limit on what models cost").argParser(parseDollars).helpGroup("Limits:"))
    .addOption(
      new Option("--task-tokens <n>", "limit on tokens of --task-model; scorings go beyond it").argParser(parseCount).helpGroup("Limits:"),
    )
    .addOption(
      new Option("--task-dollars <sum>", "limit on what --task-model costs; scorings go beyond it")
        .argParser(parseDollars)
        .helpGroup("Limits:"),
    )
    .addOption(new Option("--memory <gib>", "memory; default: the machine of the tier").argParser(parseGib).helpGroup("Limits:"))
    .addOption(new Option("--gpus <list>", "numbers of the GPUs to use, such as 0,1").argParser(parseNames).helpGroup("What is inside:"))
    .addOption(
      new Option("--bind <host:inside>", "a further folder, read-only (repeatable)")
        .argParser(collect)
        .default([] as string[])
        .helpGroup("What is inside:"),
    )
    .addOption(new Option("--python <path>", "Python with the packages that the environment needs").helpGroup("What is inside:"))
    .addOption(new Option("--person <pseudonym>", "human: who it is; never a name").helpGroup("People:"))
    .addOption(new Option("--cohort <cohort>", "human: where the person was recruited").helpGroup("People:"))
    .addOption(environmentsDirOption())
    .addOption(pricesOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExamples:\n  $ rebench run optimize_kernel --agent reference --time-limit 5m --attempts 2\n  $ rebench run fix_embedding --agent modular:gpt-x --time-limit 30m --dollars 2\n  $ rebench run optimize_kernel --agent human --person p01",
    )
    .action(async (environment: string, flags: RunFlags) => {
      const {runRun} = await import("./runRun.js");
      await runRun(environment, flags);
    });
}

function parseGib(text: string): number {
  const gib = Number(text);
  if (gib > 0 && gib <= 1e6) return gib;
  throw new InvalidArgumentError("Expected a number of GiB, such as 8.");
}

export type ResumeFlags = {prices?: string; environmentsDir: string[]; json: boolean};

export function resumeCommand(): Command {
  return new Command("resume")
    .summary("take attempts up again that were cut off or paused")
    .description("Goes on with attempts where their journals end: clock, tokens, cost and scores are as they were.")
    .addArgument(new Argument("<dirs...>", "folders of attempts, such as runs/ID"))
    .addOption(environmentsDirOption())
    .addOption(pricesOption())
    .addOption(jsonOption())
    .addHelpText("after", "\nExample:\n  $ rebench resume runs/optimize_kernel-start-20261126t120000z-1a2b-001")
    .action(async (folders: string[], flags: ResumeFlags) => {
      const {runResume} = await import("./runResume.js");
      await runResume(folders, flags);
    });
}
