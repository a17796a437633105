import type {ShownEntry, ShownKind} from "./shownEntry.js";

export type EntryChoice = {
  /** Null: all. */
  only: readonly ShownKind[] | null;
  /** The score by its number, with what is around it; null: all. */
  aroundScore: number | null;
};

const ENTRIES_BEFORE = 10;
const ENTRIES_AFTER = 3;

/** The entries that were asked for, in order; a few are in memory at a time. */
export async function* chosenEntries<Entry extends Pick<ShownEntry, "kind" | "score">>(
  entries: AsyncIterable<Entry>,
  {only, aroundScore}: EntryChoice,
): AsyncGenerator<Entry> {
  const before: Entry[] = [];
  let left: number | null = null;
  for await (const entry of entries) {
    const isAsked = aroundScore !== null && entry.score?.number === aroundScore;
    if (!isAsked && only !== null && !only.includes(entry.kind)) continue;
    if (aroundScore === null) yield entry;
    else if (isAsked) {
      yield* before;
      yield entry;
      left = ENTRIES_AFTER;
    } else if (left !== null) {
      if (left-- === 0) return;
      yield entry;
    } else if (before.push(entry) > ENTRIES_BEFORE) before.shift();
  }
}
