import {shellWord} from "../host/shellWord.js";
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
    if (entry !== null && isPartOfScore(entry)) continue;
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

/** The clock stands while a score is made: the score says so by how long it took. */
export const isPartOfScore = (entry: TranscriptEntry): boolean =>
  (entry.kind === "pause" || entry.kind === "resume") && entry.reason === "scoring";

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
  output: ({command, stream, text}) => ({
    title: command === null ? "Output" : `Output of command ${command}`,
    facts: stream === "stdout" ? [] : [stream],
    texts: [wholeText(text)],
  }),
  score: showScore,
  service: ({request, answer, seconds}) => ({
    title: answer === null ? "The environment's service failed" : "Asked the environment's service",
    facts: [secondsText(seconds)],
    texts: [...keptText("asked", request, null), ...(answer === null ? [] : keptText("answer", answer, null))],
    isBad: answer === null,
  }),
  pause: ({reason}) => ({title: `Paused: ${reason}`, facts: [], texts: []}),
  resume: ({reason, pausedSeconds}) => ({title: `Resumed: ${reason}`, facts: [`after ${secondsText(pausedSeconds)}`], texts: []}),
  limit: ({limit}) => ({title: `Limit reached: ${limit}`, facts: [], texts: []}),
  note: ({text}) =>
    text.length <= MOST_TITLE ? {title: text, facts: [], texts: []} : {title: "Note", facts: [], texts: [wholeText(text)]},
  end: ({reason, detail}) => ({title: `Ended: ${reason}`, facts: [], texts: detail === null ? [] : [wholeText(detail)]}),
};

/** What is longer stands below its title. */
const MOST_TITLE = 200;

function showCommand({number, state, argv, cwd, exitCode, signal, timedOut, seconds, output, log}: EntryOf<"command">): ShownPart {
  const line = commandText(argv);
  const isShort = line.length <= MOST_TITLE && !line.includes("\n");
  const place = cwd === null ? [] : [`in ${cwd}`];
  const command = isShort ? [] : [{...wholeText(line), label: "command"}];
  const title = isShort ? `$ ${line}` : `Command ${number}`;
  if (state === "started") return {title, facts: [`command ${number}`, ...place, "goes on"], texts: command};
  const ending = [
    ...(timedOut ? ["ended at its time limit"] : []),
    exitCode === null ? `ended by ${signal ?? "a signal"}` : `exit status ${exitCode}`,
    ...(seconds === null ? [] : [secondsText(seconds)]),
  ];
  const isBad = exitCode !== 0;
  if (state === "ended") return {title: `End of command ${number}`, facts: ending, texts: [], isBad};
  return {title, facts: [...ending, ...place], texts: [...command, ...keptText("output", output, log)], isBad};
}

/** As one would type it. */
const commandText = (argv: readonly string[]): string => argv.map(shellWord).join(" ");

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
