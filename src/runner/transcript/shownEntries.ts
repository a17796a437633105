import type {TranscriptLine} from "./readTranscript.js";
import {shownCall} from "./shownCall.js";
import type {ShownEntry} from "./shownEntry.js";
import {clockText, keptText, numberText, secondsText, wholeText} from "./shownText.js";
import type {EntryOf, TranscriptEntry} from "./transcriptEntry.js";

/** The entries of a transcript as people read them. Besides the current one only the hashes of messages are in memory. */
export async function* shownEntries(lines: AsyncIterable<TranscriptLine>): AsyncGenerator<ShownEntry> {
  const showCall = shownCall();
  let [number, scores] = [0, 0];
  for await (const {line, entry, bad} of lines) {
    if (entry?.kind === "message") {
      showCall.add(entry);
      continue;
    }
    ++number;
    if (bad !== null) {
      const title = bad.what === "torn" ? "The last line was not written to its end" : "A line that cannot be read";
      const facts = [`line ${line}`, `${bad.bytes.toLocaleString("en")} bytes`, bad.why];
      yield {number, kind: "damage", time: null, workingSeconds: null, title, facts, texts: [], isBad: true, score: null};
      continue;
    }
    const shown = entry.kind === "model" ? showCall.show(entry, number) : OTHERS[entry.kind](entry as never);
    const score = entry.kind === "score" ? scoreOf(entry, ++scores) : null;
    const {kind, time, workingSeconds} = entry;
    yield {number, kind, time, workingSeconds, isBad: false, score, ...shown};
  }
  const texts = showCall.rest();
  if (texts.length === 0) return;
  const title = "Messages of a call that is missing";
  yield {number: number + 1, kind: "damage", time: null, workingSeconds: null, title, facts: [], texts, isBad: true, score: null};
}

export type ShownPart = Pick<ShownEntry, "title" | "facts" | "texts"> & Partial<Pick<ShownEntry, "isBad">>;

const scoreOf = ({askedAtSeconds, score, valid, repeat, remeasured}: EntryOf<"score">, number: number) => ({
  number,
  askedAtSeconds,
  score,
  valid,
  repeat,
  remeasured,
});

type Others = Exclude<TranscriptEntry["kind"], "message" | "model">;

const OTHERS: {[Kind in Others]: (entry: EntryOf<Kind>) => ShownPart} = {
  command: showCommand,
  output: ({stream, text}) => ({title: `Output, ${stream}`, facts: [], texts: [wholeText(text)]}),
  score: showScore,
  pause: ({reason}) => ({title: `Paused: ${reason}`, facts: [], texts: []}),
  resume: ({reason, pausedSeconds}) => ({title: `Resumed: ${reason}`, facts: [`after ${secondsText(pausedSeconds)}`], texts: []}),
  limit: ({limit}) => ({title: `Limit reached: ${limit}`, facts: [], texts: []}),
  note: ({text}) =>
    text.length <= MOST_TITLE ? {title: text, facts: [], texts: []} : {title: "Note", facts: [], texts: [wholeText(text)]},
  end: ({reason, detail}) => ({title: `Ended: ${reason}`, facts: [], texts: detail === null ? [] : [wholeText(detail)]}),
};

/** What is longer stands below its title. */
const MOST_TITLE = 200;

function showCommand({argv, cwd, exitCode, signal, timedOut, seconds, output, log}: EntryOf<"command">): ShownPart {
  const line = commandText(argv);
  const isShort = line.length <= MOST_TITLE && !line.includes("\n");
  const facts = [
    ...(timedOut ? ["ended at its time limit"] : []),
    exitCode === null ? `ended by ${signal ?? "a signal"}` : `exit status ${exitCode}`,
    ...(seconds === null ? [] : [secondsText(seconds)]),
    ...(cwd === null ? [] : [`in ${cwd}`]),
  ];
  const texts = [...(isShort ? [] : [{...wholeText(line), label: "command"}]), ...keptText("output", output, log)];
  return {title: isShort ? `$ ${line}` : "Command", facts, texts, isBad: exitCode !== 0};
}

/** As one would type it. */
const commandText = (argv: readonly string[]): string =>
  argv.map((argument) => (/^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`)).join(" ");

function showScore({score, valid, message, repeat, remeasured, scoringSeconds, requestId, askedAtSeconds}: EntryOf<"score">): ShownPart {
  const title = score !== null ? `Score ${numberText(score)}` : valid ? "Score" : "Submission not valid";
  const facts = [
    ...(repeat ? ["repeat of an earlier submission"] : []),
    ...(remeasured ? ["best submission, measured again"] : []),
    `asked for at ${clockText(askedAtSeconds)}`,
    `took ${secondsText(scoringSeconds)}`,
    `request ${requestId}`,
  ];
  return {title, facts, texts: message === "" ? [] : [wholeText(message)], isBad: !valid};
}
