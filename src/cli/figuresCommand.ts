import {Argument, Command, InvalidArgumentError, Option} from "commander";
import type {FigureFormat} from "../render/provenance/extractProvenance.js";
import {parseCount, parseNames} from "./optionParsers.js";
import {
  type AnalysisFlags,
  addOptions,
  agentHourlyOption,
  estimationOptions,
  jsonOption,
  plotBudgetsOption,
  pricesOption,
  selectionOptions,
  timeLimitsOption,
  wageOption,
} from "./options.js";

/** How figures look, as commander gives it. */
export type DrawFlags = {columns: 1 | 2; dark: boolean; dpi: number; theme?: string; highlight?: string[]; caption: boolean};

/** What numbers are made with, as commander gives it. */
export type FigureAnalysisFlags = Omit<AnalysisFlags, "output" | "json"> & {
  budgets: number[];
  timeLimits?: number[];
  wage: number;
  agentHourly?: number;
  prices?: string;
};

export type FiguresFlags = FigureAnalysisFlags & DrawFlags & {list: boolean; out: string; format: FigureFormat[]; json: boolean};

export function figuresCommand(): Command {
  const command = new Command("figures")
    .summary("the figures of the paper, and more, from your attempts")
    .description(
      "Draws figures as SVG, PNG, PDF, Vega-Lite and CSV, each with what it was made of inside (see: rebench verify). " +
        "Without names: every figure that the attempts allow. One that lacks its data is skipped, with the reason.",
    )
    .addArgument(new Argument("[names...]", "figures to draw, such as budget; --list has them all"))
    .addOption(new Option("--list", "what figures there are, what each needs, and whether your attempts have it").default(false))
    .addOption(new Option("--out <dir>", "folder to write into").default("figures"))
    .addOption(
      new Option("--format <list>", "svg, png, pdf, vl.json, csv, with commas between them")
        .argParser(parseFormats)
        .default(["svg", "png"] as FigureFormat[], "svg,png"),
    );
  addOptions(command, drawOptions(), "How figures look:");
  addOptions(command, figureSelectionOptions(), "Which attempts count:");
  addOptions(command, figureEstimationOptions(), "How numbers are made of them:");
  return command
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExamples:\n  $ rebench figures budget --columns 2 --format pdf,svg\n  $ rebench figures --out figures --format svg,png,pdf,vl.json,csv",
    )
    .action(async (names: string[], flags: FiguresFlags) => {
      const {runFigures} = await import("./runFigures.js");
      await runFigures(names, flags);
    });
}

/** Rows are never broken down: each figure has its own. */
export const figureSelectionOptions = () => selectionOptions().filter(({long}) => long !== "--by");

export const figureEstimationOptions = () => [
  plotBudgetsOption(),
  timeLimitsOption(),
  ...estimationOptions(),
  wageOption(),
  agentHourlyOption(),
  pricesOption(),
];

export const drawOptions = () => [
  new Option("--columns <n>", "width in columns of a journal's page: 1 is 89 mm, 2 is 183 mm")
    .choices(["1", "2"])
    .argParser((text) => parseColumns(text))
    .default(1),
  new Option("--dark", "for a dark background").default(false),
  new Option("--dpi <n>", "pixels to an inch of PNG").argParser(parseDpi).default(144),
  new Option("--theme <file>", "JSON with changes to colours, sizes and lines"),
  new Option("--highlight <list>", "labels with commas between them: all others are faded").argParser(parseNames),
  new Option("--no-caption", "leave the caption out, for a page that has its own"),
];

function parseColumns(text: string): 1 | 2 {
  if (text === "1" || text === "2") return Number(text) as 1 | 2;
  throw new InvalidArgumentError("Allowed choices are 1, 2.");
}

function parseDpi(text: string): number {
  const dpi = parseCount(text);
  if (dpi >= 36 && dpi <= 1200) return dpi;
  throw new InvalidArgumentError("Expected 36 to 1200.");
}

const FORMATS: readonly FigureFormat[] = ["svg", "png", "pdf", "vl.json", "csv"];

function parseFormats(text: string): FigureFormat[] {
  const names = parseNames(text);
  const wrong = names.find((name) => !FORMATS.includes(name as FigureFormat));
  if (wrong === undefined) return FORMATS.filter((format) => names.includes(format));
  throw new InvalidArgumentError(`"${wrong}" is no format; there are ${FORMATS.join(", ")}.`);
}
