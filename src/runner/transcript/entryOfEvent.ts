import type {JournalEntry} from "../journal/event.js";
import type {NewEntry} from "./transcriptEntry.js";

/** What a transcript says of an event in the journal; null where it says nothing, or says it in another place. */
export function entryOfEvent(event: JournalEntry): NewEntry | null {
  const {sequence} = event;
  switch (event.type) {
    case "started": {
      const facts = Object.entries(event.mechanism).map(([name, value]) => `${name} ${value}`);
      return {kind: "note", sequence, text: [sequence === 0 ? "Started" : "Taken up again", ...facts].join(", ")};
    }
    case "paused":
      return {kind: "pause", sequence, reason: event.reason};
    case "resumed":
      return {kind: "resume", sequence, reason: event.reason, pausedSeconds: event.pausedSeconds};
    case "scored": {
      const {requestId, askedAtSeconds, score, reason, repeat, remeasured, scoringSeconds} = event;
      const valid = score !== null;
      return {kind: "score", sequence, requestId, askedAtSeconds, score, valid, message: reason, repeat, remeasured, scoringSeconds};
    }
    case "scoring-failed":
      return {kind: "note", sequence, text: `Score request ${event.requestId}: ${event.problem}`};
    case "limit":
      return {kind: "limit", sequence, limit: event.limit};
    case "ended":
      return {kind: "end", sequence, reason: event.reason, detail: event.detail};
    case "heartbeat":
    case "score-requested":
    case "copied":
    case "ending":
    case "model-call":
    case "task-model-call": // with its contents, held-out data would be in a file that is shown around
      return null;
  }
}
