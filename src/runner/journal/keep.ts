import type {JournalEntry} from "./event.js";

/** A heartbeat takes the place of the one before it, so that days of them take no memory. */
export function keep(entries: JournalEntry[], entry: JournalEntry): void {
  if (entry.type === "heartbeat" && entries.at(-1)?.type === "heartbeat") entries.pop();
  entries.push(entry);
}
