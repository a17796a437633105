#!/usr/bin/env node
import {Command, CommanderError} from "commander";
import {toolVersion} from "../assets.js";
import {exitStatus, printableLines, RebenchError} from "../errors.js";
import {aggregatesCommand} from "./aggregatesCommand.js";
import {analyzeCommand} from "./analyzeCommand.js";
import {attachCommand} from "./attachCommand.js";
import {attemptsCommand} from "./attemptsCommand.js";
import {compareCommand} from "./compareCommand.js";
import {costCommand} from "./costCommand.js";
import {doctorCommand} from "./doctorCommand.js";
import {environmentsCommand} from "./environmentsCommand.js";
import {exportCommand} from "./exportCommand.js";
import {figuresCommand} from "./figuresCommand.js";
import {flagCommand} from "./flagCommand.js";
import {importCommand} from "./importCommand.js";
import {describeOption} from "./options.js";
import {participantsCommand} from "./participantsCommand.js";
import {planCommand} from "./planCommand.js";
import {reportCommand} from "./reportCommand.js";
import {resumeCommand, runCommand} from "./runCommand.js";
import {runsCommand} from "./runsCommand.js";
import {scoreAtKCommand} from "./scoreAtKCommand.js";
import {sensitivityCommand} from "./sensitivityCommand.js";
import {simulateCommand} from "./simulateCommand.js";
import {stopCommand} from "./stopCommand.js";
import {transcriptCommand} from "./transcriptCommand.js";
import {verifyCommand} from "./verifyCommand.js";

const program = new Command("rebench")
  .description("How AI agents compare with human experts at machine-learning research engineering, per hour and per dollar.")
  .version(toolVersion, "-V, --version", "print the version")
  .helpCommand("help [command]", "explain a command, the same as: rebench COMMAND --help")
  .addHelpText(
    "after",
    `
Start with:
  $ rebench analyze               a table for the sample data (synthetic)
  $ rebench import runs.jsonl     your own attempts, into ./rebench.duckdb
  $ rebench analyze               the same table for them

Exit status: 0 for a command that did what it was asked, 2 for one that was
called wrongly, 130 for attempts that were paused, and 1 for any other failure,
such as a name or a file that there is not. verify --help says what its are.`,
  );
for (const command of [
  importCommand(),
  analyzeCommand(),
  scoreAtKCommand(),
  compareCommand(),
  aggregatesCommand(),
  participantsCommand(),
  costCommand(),
  sensitivityCommand(),
  planCommand(),
  figuresCommand(),
  reportCommand(),
  verifyCommand(),
  attemptsCommand(),
  flagCommand(),
  exportCommand(),
  simulateCommand(),
  environmentsCommand(),
  runCommand(),
  resumeCommand(),
  runsCommand(),
  attachCommand(),
  stopCommand(),
  transcriptCommand(),
  doctorCommand(),
]) {
  program.addCommand(command);
}
const everyCommand = (command: Command): Command[] => [command, ...command.commands.flatMap(everyCommand)];
const fullName = (command: Command): string => (command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name());
for (const command of everyCommand(program)) {
  const name = fullName(command);
  command
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({outputError: (text, write) => write(printableLines(text))})
    .showHelpAfterError(`  See: ${name} --help`)
    .helpOption("-h, --help", "print this help")
    .configureHelp({optionDescription: describeOption});
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0); // `rebench … | head` has seen enough
  fail(error);
});
for (const event of ["uncaughtException", "unhandledRejection"]) {
  process.on(event, (error: unknown) => {
    fail(error);
    process.exit();
  });
}

try {
  const [first, name] = process.argv.slice(2);
  const isUnknownHelp = first === "help" && name !== undefined && !program.commands.some((command) => command.name() === name);
  if (isUnknownHelp) program.error(`error: unknown command '${name}'`);
  await program.parseAsync();
} catch (error) {
  fail(error);
}

/** The only place that turns an error into words and an exit status. No stack trace reaches a user. */
function fail(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2; // commander has printed it
    return;
  }
  process.exitCode = exitStatus(error);
  const message = printableLines(error instanceof Error ? error.message : String(error)); // names that were typed are in it
  if (error instanceof RebenchError) process.stderr.write(`error: ${message}\n`);
  else process.stderr.write(`error: ${message}\n  This is a fault in rebench; please report it with the command you ran.\n`);
}
