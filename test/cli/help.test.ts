import {expect, it} from "vitest";
import {aggregatesCommand} from "../../src/cli/aggregatesCommand.js";
import {analyzeCommand} from "../../src/cli/analyzeCommand.js";
import {attachCommand} from "../../src/cli/attachCommand.js";
import {attemptsCommand} from "../../src/cli/attemptsCommand.js";
import {compareCommand} from "../../src/cli/compareCommand.js";
import {costCommand} from "../../src/cli/costCommand.js";
import {doctorCommand} from "../../src/cli/doctorCommand.js";
import {environmentsCommand} from "../../src/cli/environmentsCommand.js";
import {exportCommand} from "../../src/cli/exportCommand.js";
import {figuresCommand} from "../../src/cli/figuresCommand.js";
import {flagCommand} from "../../src/cli/flagCommand.js";
import {importCommand} from "../../src/cli/importCommand.js";
import {participantsCommand} from "../../src/cli/participantsCommand.js";
import {planCommand} from "../../src/cli/planCommand.js";
import {reportCommand} from "../../src/cli/reportCommand.js";
import {resumeCommand, runCommand} from "../../src/cli/runCommand.js";
import {runsCommand} from "../../src/cli/runsCommand.js";
import {scoreAtKCommand} from "../../src/cli/scoreAtKCommand.js";
import {sensitivityCommand} from "../../src/cli/sensitivityCommand.js";
import {simulateCommand} from "../../src/cli/simulateCommand.js";
import {stopCommand} from "../../src/cli/stopCommand.js";
import {transcriptCommand} from "../../src/cli/transcriptCommand.js";
import {verifyCommand} from "../../src/cli/verifyCommand.js";
import {newFolder, rebench, tooWide} from "./rebench.js";

const folder = newFolder();
const commands = [
  aggregatesCommand(),
  analyzeCommand(),
  attemptsCommand(),
  compareCommand(),
  costCommand(),
  exportCommand(),
  flagCommand(),
  importCommand(),
  participantsCommand(),
  planCommand(),
  scoreAtKCommand(),
  sensitivityCommand(),
  simulateCommand(),
  attachCommand(),
  doctorCommand(),
  figuresCommand(),
  reportCommand(),
  runsCommand(),
  stopCommand(),
  transcriptCommand(),
  verifyCommand(),
  runCommand(),
  resumeCommand(),
];

// The options that each command must have.
const SELECTION = "store agents environments environments-dir flagged require-all common errors by";
const ESTIMATION = "estimator constants no-floor too-few allow-slices clock bootstrap seed interval resample interval-method threads";
const NAMED: Record<string, string> = {
  aggregates: `k time-limits gamma profile ${SELECTION} ${ESTIMATION} json output`,
  compare: `at budget budgets all alpha power ${SELECTION} ${ESTIMATION} json output`,
  cost: `prices unpriced wage hours agent-hourly gpu-hourly ${SELECTION} ${ESTIMATION} json output`,
  participants: "store agents environments wage json output by",
  plan: `at budget optimal alpha power check ${SELECTION} ${ESTIMATION} json output`,
  sensitivity: `budgets ${SELECTION} ${ESTIMATION} json output`,
  analyze: `budgets correct-selection ${SELECTION} ${ESTIMATION} json output`,
  "score-at-k": `k time-limits ${SELECTION} ${ESTIMATION} json output`,
  import: "store format human-time-limit map skip-invalid replace template list remove environments-dir",
  attempts: "store agents environments top",
  flag: "store reason remove",
  export: "format",
  simulate: "seed",
  figures: `list out format columns dark dpi theme highlight no-caption budgets time-limits ${SELECTION.replace(" by", "")} ${ESTIMATION} json`,
  report: "out pdf theme highlight store agents json",
  verify: "store environments-dir prices json",
  run: "agent time-limit attempts parallel tier network sandbox host out seed data tokens dollars detach json",
  resume: "json environments-dir",
  runs: "runs watch json",
  attach: "runs",
  stop: "runs",
  transcript: "html only around-score json",
  doctor: "host json",
};

it.each(commands.map((command) => [command.name(), command] as const))("%s --help has every option once", async (name, command) => {
  const {status, stdout, stderr} = await rebench(folder, [name, "--help"]);
  expect([status, stderr, tooWide(stdout)]).toEqual([0, "", []]);
  const listed = [...stdout.matchAll(/^ {2}(?:-\w, )?--([\w-]+)/gm)].map(([, option]) => option!);
  const declared = command.options.map(({long}) => long!.slice(2));
  expect([...listed].sort()).toEqual([...declared, "help"].sort());
  expect(listed).toEqual(expect.arrayContaining(NAMED[name]!.split(" ")));
  expect(stdout).toContain(`$ rebench ${name}`); // an example
  expect(stdout).not.toMatch(/default: (false|none|\[|\{)/);
});

it("rebench --help has every command, and what to start with", async () => {
  const {status, stdout, stderr} = await rebench(folder, ["--help"]);
  expect([status, stderr, tooWide(stdout)]).toEqual([0, "", []]);
  const listed = [...stdout.matchAll(/^ {2}([a-z-]+) (?:\[| {2,}list)/gm)].map(([, name]) => name!);
  expect(listed.sort()).toEqual([...commands.map((command) => command.name()), environmentsCommand().name(), "help"].sort());
  expect(stdout).toContain("(synthetic)");
  expect(stdout).toContain("Exit status: 0 ");
});

it("rebench alone prints the help as a wrong use; help explains a command", async () => {
  const [alone, explained, version] = await Promise.all([[], ["help", "flag"], ["--version"]].map((args) => rebench(folder, args)));
  expect([alone!.status, alone!.stdout]).toEqual([2, ""]);
  expect(alone!.stderr).toContain("Start with:");
  expect(explained!.stdout).toContain("Usage: rebench flag");
  expect(version!.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
