import {type FlagEvent, IMPORT_AUTHOR} from "../record/attempt.js";

/**
 * What has to be appended to an attempt's flag history when it is imported again: events that are not there, each as often
 * as it comes. Where its content was replaced, flags that import derived from the old content and not from the new are
 * taken back, and those that hold again are set again; what people decided is left alone.
 *
 * Events are appended in the order of import: a history that two stores carried on separately ends as the one imported last.
 */
export function missingFlagEvents(history: readonly FlagEvent[], incoming: readonly FlagEvent[], replaced: boolean): FlagEvent[] {
  const counts = new Map<string, number>();
  for (const event of history) counts.set(keyOf(event), (counts.get(keyOf(event)) ?? 0) + 1);
  const missing = incoming.filter((event) => {
    const left = counts.get(keyOf(event)) ?? 0;
    counts.set(keyOf(event), left - 1);
    return left <= 0;
  });
  return replaced ? [...missing, ...corrections([...history, ...missing], incoming)] : missing;
}

function corrections(history: readonly FlagEvent[], incoming: readonly FlagEvent[]): FlagEvent[] {
  const holds = lastByFlag(incoming);
  return [...lastByFlag(history)].flatMap(([flag, last]) => {
    const now = holds.get(flag);
    if (!isDerived(last)) return [];
    if (last.action === "add" && now === undefined) return [{...last, action: "remove" as const, reason: NO_LONGER}];
    return last.action === "remove" && now?.action === "add" && isDerived(now) ? [now] : [];
  });
}

const NO_LONGER = "no longer holds: the attempt was replaced by one with other content";

const lastByFlag = (events: readonly FlagEvent[]) => new Map(events.map((event) => [event.flag, event]));
const isDerived = ({author, time}: FlagEvent) => author === IMPORT_AUTHOR && time === null;
const keyOf = ({flag, action, author, reason, time}: FlagEvent) => JSON.stringify([flag, action, author, reason, time]);
