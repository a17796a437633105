import {type EntryOf, type TranscriptEntry, transcriptEntrySchema} from "../../transcript/transcriptEntry.js";
import type {ReplayAction} from "./parseReplay.js";

/** The request with which an attempt ends by itself. */
const FINAL_REQUEST = "final-score";

/**
 * What the agent of a transcript did. Scores that its commands asked for are left out: the commands ask again. What programs read from
 * standard input is not in transcripts.
 */
export function actionsOfTranscript(lines: readonly unknown[]): ReplayAction[] {
  const entries = lines.flatMap((line) => {
    const result = transcriptEntrySchema.safeParse(line);
    return result.success ? [result.data] : []; // of a later version
  });
  const spans = entries.flatMap((entry) => (entry.kind === "command" ? [spanOf(entry)] : []));
  const isInCommand = (seconds: number) => spans.some(({begin, end}) => begin < seconds && seconds < end);
  return entries.flatMap((entry) => actionOf(entry, isInCommand));
}

function actionOf(entry: TranscriptEntry, isInCommand: (seconds: number) => boolean): ReplayAction[] {
  if (entry.kind === "command" && entry.state !== "ended") {
    const {argv, cwd, timedOut, seconds} = entry;
    const timeoutSeconds = timedOut && seconds !== null && seconds > 0 ? seconds : null;
    return [{action: "exec", atWorkingSeconds: spanOf(entry).begin, command: argv, cwd: cwd ?? undefined, timeoutSeconds}];
  }
  if (entry.kind === "score" && !entry.remeasured && entry.requestId !== FINAL_REQUEST && !isInCommand(entry.askedAtSeconds)) {
    return [{action: "score", atWorkingSeconds: entry.askedAtSeconds}];
  }
  return entry.kind === "end" && entry.reason === "submitted" ? [{action: "submit", atWorkingSeconds: entry.workingSeconds}] : [];
}

/** From its start to its end, in working seconds; one that has an entry of its own for its start begins and ends there. */
function spanOf({state, workingSeconds, seconds}: EntryOf<"command">): {begin: number; end: number} {
  return {begin: Math.max(0, workingSeconds - (state === "started" ? 0 : (seconds ?? 0))), end: workingSeconds};
}
