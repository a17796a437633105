import {InvalidArgumentError} from "commander";
import {parseDuration, parseDurations} from "../duration.js";

/** Comma-separated durations as an option value. */
export function parseDurationList(text: string): number[] {
  return asArgument(() => parseDurations(text));
}

export function parseDurationOption(text: string): number {
  return asArgument(() => parseDuration(text));
}

/** Comma-separated positive integers, sorted and without repeats. */
export function parseKs(text: string): number[] {
  const ks = text.split(",").map(Number);
  const wrong = text.split(",").find((part) => !(Number.isSafeInteger(Number(part)) && Number(part) > 0));
  if (wrong !== undefined) throw new InvalidArgumentError(`"${wrong}" is no positive integer; write them with commas, such as 1,2,4.`);
  return [...new Set(ks)].sort((a, b) => a - b);
}

export function parseSeed(text: string): number {
  if (/^-?\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new InvalidArgumentError("Expected an integer.");
}

/** How many of something are wanted: 1 or more. */
export function parseCount(text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text)) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError("Expected an integer of 1 or more.");
}

const MOST_REPLICATES = 1_000_000;

export function parseReplicates(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= MOST_REPLICATES) return Number(text);
  throw new InvalidArgumentError(`Expected an integer from 0 (no intervals) to ${MOST_REPLICATES}.`);
}

/** `name=value`, both without the spaces around them; `example` is what an error shows. */
export function parsePair(text: string, example: string): [name: string, value: string] {
  const at = text.indexOf("=");
  const [name, value] = [text.slice(0, Math.max(at, 0)).trim(), text.slice(at + 1).trim()];
  if (name !== "" && value !== "") return [name, value];
  throw new InvalidArgumentError(`Expected a pair such as ${example}.`);
}

export function collectConstants(text: string, previous: Record<string, string>): Record<string, string> {
  const [environment, name] = parsePair(text, "gpt2_qa_rl=paper");
  return {...previous, [environment]: name};
}

export function collectOutputs(text: string, previous: string[]): string[] {
  if (/\.(json|csv|parquet)$/i.test(text)) return [...previous, text];
  throw new InvalidArgumentError("Expected a file name that ends in .json, .csv or .parquet.");
}

export const collect = (text: string, previous: string[]): string[] => [...previous, text];

export function collectFlagged(
  text: string,
  previous: Record<string, "keep" | "exclude" | "zero">,
): Record<string, "keep" | "exclude" | "zero"> {
  const [flag, treatment] = parsePair(text, "over-long=exclude");
  if (treatment === "keep" || treatment === "exclude" || treatment === "zero") return {...previous, [flag]: treatment};
  throw new InvalidArgumentError(`"${treatment}" is no treatment; write ${flag}=keep, ${flag}=exclude or ${flag}=zero.`);
}

export function parseNames(text: string): string[] {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (names.length > 0) return names;
  throw new InvalidArgumentError("Expected names with commas between them.");
}

export function parseLevel(text: string): number {
  const level = Number(text);
  if (level > 0 && level < 1) return level;
  throw new InvalidArgumentError("Expected a number between 0 and 1, such as 0.95.");
}

/** A usage error of ours as commander's, which names the option it came with. */
function asArgument<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message.replace("\n  ", ". "));
  }
}

/** A time limit and k such as `30m@4`. */
export function parseLimitAndK(text: string): {timeLimitSeconds: number; k: number} {
  const [limit, k, ...rest] = text.split("@");
  if (k === undefined || rest.length > 0 || !/^[1-9]\d*$/.test(k.trim()) || !Number.isSafeInteger(Number(k))) {
    throw new InvalidArgumentError(`"${text}" is no time limit and k; write 30m@4 for the best of four 30-minute attempts.`);
  }
  return {timeLimitSeconds: parseDurationOption(limit!), k: Number(k)};
}

/** US dollars, 0 or more, without a sign. */
export function parseDollars(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text.trim())) return Number(text);
  throw new InvalidArgumentError(`"${text}" is no sum in US dollars; write 231.875, without a sign or separators.`);
}

/** A share strictly between 0 and 1. */
export function parseShareOption(text: string): number {
  const share = Number(text);
  if (text.trim() !== "" && share > 0 && share < 1) return share;
  throw new InvalidArgumentError(`"${text}" is no number between 0 and 1; write 0.05 or 0.8.`);
}
