import type {ConstantsInForce} from "../../analysis/constantsInForce.js";
import type {PriceInForce} from "../../analysis/costOptions.js";
import type {Warning} from "../../analysis/settings.js";
import {formatDuration} from "../../duration.js";
import {fileName} from "../dataText.js";
import {numberText, usdText} from "../formatValue.js";
import {type TableData, textCell, texts} from "./tableData.js";

/** What one analysis behind a report was done with. */
export type MethodsOf = {name: string; settings: object; warnings: readonly Warning[]};

type Choice = {choice: string; text: string};

/**
 * Every choice in force, of every analysis behind the report: options by name and value, rules as sentences, constants and
 * prices one by one. What several analyses have in common is said once.
 */
export function methodsTable(analyses: readonly MethodsOf[]): TableData {
  const common = new Map<string, Choice>();
  const own: {name: string; choices: Choice[]}[] = [];
  for (const {name, settings} of analyses) {
    const choices = choicesOf(settings);
    for (const each of choices.filter(({choice}) => !common.has(choice) && !isOfCommand(choice))) common.set(each.choice, each);
    own.push({name, choices: choices.filter((each) => common.get(each.choice)?.text !== each.text)});
  }
  const lines = [
    ...[...common.values()].map((each) => ({name: "all", ...each})),
    ...own.flatMap(({name, choices}) => choices.map((each) => ({name, ...each}))),
  ];
  const seen = new Set<string>();
  const shown = lines.filter((line) => !seen.has(JSON.stringify(line)) && seen.add(JSON.stringify(line)));
  return {
    caption: "Every choice behind the numbers of this report.",
    columns: texts({analysis: "Analysis", choice: "Choice", value: "In force"}),
    rows: shown.map(({name, choice, text}) => [textCell(name), textCell(choice), textCell(text)]),
    notes: [...new Set(analyses.flatMap(({warnings}) => warnings.map(({message}) => message)))].map((message) => `Note: ${message}.`),
  };
}

const isOfCommand = (choice: string) => choice.startsWith("command: ");

/** Settings as lines: objects in it one line for each entry. */
function choicesOf(settings: object): Choice[] {
  return Object.entries(settings).flatMap(([name, value]): Choice[] => {
    if (name === "constants") return (value as ConstantsInForce[]).map(constantsLine);
    if (name === "prices") return (value as PriceInForce[]).map(priceLine);
    if (value !== null && typeof value === "object" && !Array.isArray(value)) {
      const entries = choicesOf(value);
      return entries.length === 0
        ? [{choice: words(name), text: "none"}]
        : entries.map(({choice, text}) => ({choice: `${words(name)}: ${choice}`, text}));
    }
    return [{choice: words(name), text: valueText(name, value)}];
  });
}

const constantsLine = ({environment, from, startingScore, referenceScore, attempts}: ConstantsInForce): Choice => ({
  choice: `constants: ${environment}`,
  text: `${startingScore === null ? "not recorded" : `${rounded(startingScore)} → ${rounded(referenceScore!)}`} (${from}, ${numberText(attempts, 0)} attempts)`,
});

const priceLine = ({model, from, input, output, attempts, source}: PriceInForce): Choice => ({
  choice: `price: ${model}`,
  text: `${input === null ? "–" : usdText(input)} in, ${output === null ? "–" : usdText(output)} out per million tokens, from ${from} (${numberText(attempts, 0)} attempts; ${source})`,
});

const rounded = (value: number) => String(Math.round(value * 10_000) / 10_000).replace("-", "−");

/** `intervalMethod` as `interval method`; names of flags and environments stay. */
const words = (name: string) => name.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/ (seconds|usd)\b/g, "");

/** What null means, where it is a choice. */
const NOTHING: Record<string, string> = {
  agents: "all",
  environments: "all",
  commonEnvironments: "not restricted",
  by: "no breakdown",
  resampleSize: "n to the power 2/3 (m-out-of-n alone)",
  agentUsdPerHour: "none assumed",
  gpuUsdPerHour: "GPUs left out",
  timeLimits: "those of the attempts",
};

function valueText(name: string, value: unknown): string {
  if (value === null || value === undefined) return NOTHING[name] ?? "none";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map((each) => valueText(name, each)).join(", ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (name === "store") return fileName(String(value)); // no folders of anybody's machine
  if (typeof value !== "number") return String(value);
  if (/Seconds$/.test(name)) return formatDuration(value);
  if (/Usd/.test(name)) return `$${value}`;
  return String(value);
}
