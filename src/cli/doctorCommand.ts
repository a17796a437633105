import {Command, Option} from "commander";
import {addOptions, environmentsDirOption, jsonOption} from "./options.js";

export type DoctorFlags = {host: string; python?: string; out: string; environmentsDir: string[]; json: boolean};

export function doctorCommand(): Command {
  const command = new Command("doctor")
    .summary("whether this machine can run attempts, and what to do about it")
    .description(
      "Checks Node, Python and its packages, GPUs, the sandbox, control groups, disk space and paths of sockets. " +
        "Exit status: 0 where attempts can be run, 1 where something that they need is missing.",
    );
  return addOptions(command, [
    new Option("--host <host>", "the machine to look at: local, or ssh:HOST").default("local"),
    new Option("--python <program>", "Python for environments; default: REBENCH_PYTHON, .venv of rebench, python3"),
    new Option("--out <dir>", "folder for attempts").default("runs"),
    environmentsDirOption(),
    jsonOption(),
  ])
    .addHelpText("after", "\nExamples:\n  $ rebench doctor\n  $ rebench doctor --host ssh:gpu1")
    .action(async (flags: DoctorFlags) => {
      const {runDoctor} = await import("./runDoctor.js");
      await runDoctor(flags);
    });
}
