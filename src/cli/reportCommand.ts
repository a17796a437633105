import {Argument, Command, Option} from "commander";
import {drawOptions, figureEstimationOptions, figureSelectionOptions} from "./figuresCommand.js";
import {addOptions, budgetsOption, jsonOption, type StoreFlags} from "./options.js";

const REPORT_BUDGETS = "total time over all attempts; plots have it too, which else have 30m to 64h, doubling";

/** Of all others only those that were typed count: a report has options of its own. */
export type ReportCommandFlags = StoreFlags & {
  out: string;
  pdf: boolean;
  theme?: string;
  highlight?: string[];
  timeLimits?: number[];
  prices?: string;
  json: boolean;
} & Record<string, unknown>;

export function reportCommand(): Command {
  const command = new Command("report")
    .summary("a page with text, figures and tables of your attempts")
    .description(
      "Writes a report as one HTML file that works from disk without a network (index.html), and as Markdown with pictures for a " +
        "pull request (report.md, figures/). What it quotes is computed anew from your attempts.",
    )
    .addArgument(
      new Argument("[report]", "overview, paper, calibration, or a folder of yours with params.json and text.md").default("overview"),
    )
    .addOption(new Option("--out <dir>", "folder to write into").default("report"))
    .addOption(new Option("--pdf", "also print it as report.pdf, with Chromium").default(false));
  addOptions(
    command,
    drawOptions().filter(({long}) => long === "--theme" || long === "--highlight"),
    "How figures look:",
  );
  addOptions(command, ownFirst(figureSelectionOptions()), "Which attempts count (default: what the report says):");
  const estimation = figureEstimationOptions().filter(({long}) => long !== "--budgets");
  addOptions(
    command,
    ownFirst([budgetsOption(REPORT_BUDGETS), ...estimation]),
    "How numbers are made of them (default: what the report says):",
  );
  return command
    .addOption(jsonOption())
    .addHelpText("after", "\nExamples:\n  $ rebench report --out overview\n  $ rebench report paper --out paper --pdf")
    .action(async (report: string, flags: ReportCommandFlags) => {
      const {runReport} = await import("./runReport.js");
      const typed = Object.fromEntries(Object.entries(flags).filter(([name]) => command.getOptionValueSource(name) === "cli"));
      await runReport(report, flags, typed);
    });
}

/** Options that are collected begin with nothing instead of with what they are by default, so that a report's own stay. */
const ownFirst = (options: Option[]): Option[] =>
  options.map((option) => (option.long === "--flagged" ? option.default({}, option.defaultValueDescription) : option));
