import {Command, InvalidArgumentError, Option} from "commander";
import type {ShownKind} from "../runner/transcript/shownEntry.js";
import {parseCount, parseNames} from "./optionParsers.js";
import {jsonOption} from "./options.js";

export type TranscriptFlags = {
  html?: string;
  runs: string;
  only?: ShownKind[];
  aroundScore?: number;
  whole: boolean;
  json: boolean;
};

const KINDS: readonly ShownKind[] = ["model", "command", "output", "score", "service", "pause", "resume", "limit", "note", "end", "damage"];

export function transcriptCommand(): Command {
  return new Command("transcript")
    .summary("what happened in an attempt: messages, commands, scores, pauses")
    .description(
      "Shows what an attempt did: what models were asked and answered, commands and their output, scores and pauses. In a terminal, or as " +
        "one page that works from disk without a network. Nothing that was written in the attempt can act on your terminal or browser.",
    )
    .argument("<attempt>", "its id, or its folder")
    .addOption(new Option("--html <file>", "write a page with search and a way to each score"))
    .addOption(new Option("--runs <dir>", "folder in which ids are looked for").default("runs"))
    .addOption(new Option("--only <kinds>", `some kinds of entries, with commas between them: ${KINDS.join(", ")}`).argParser(parseKinds))
    .addOption(new Option("--around-score <n>", "the n-th score, with what came before and after it").argParser(parseCount))
    .addOption(new Option("--whole", "long texts in full on the terminal").default(false))
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExamples:\n  $ rebench transcript runs/my-attempt --only score,command\n  $ rebench transcript my-attempt --html transcript.html",
    )
    .action(async (attempt: string, flags: TranscriptFlags) => {
      const {runTranscript} = await import("./runTranscript.js");
      await runTranscript(attempt, flags);
    });
}

function parseKinds(text: string): ShownKind[] {
  const names = parseNames(text);
  const wrong = names.find((name) => !(KINDS as readonly string[]).includes(name));
  if (wrong !== undefined) throw new InvalidArgumentError(`"${wrong}" is no kind of entry; there are ${KINDS.join(", ")}.`);
  return names as ShownKind[];
}
