import type {ShownPart} from "./shownEntries.js";
import type {ShownText} from "./shownEntry.js";
import {keptText, secondsText, wholeText} from "./shownText.js";
import type {EntryOf, MessagePart} from "./transcriptEntry.js";

type Message = EntryOf<"message">;

/** Answers of calls that are remembered, to know them again when they are sent back. */
const MOST_ANSWERS = 64;

const MOST_WAITING = 10_100;

/** Puts calls together with their messages, which stand in lines of their own above the first call that has them. */
export function shownCall() {
  let waiting = new Map<string, Message>();
  const shownIn = new Map<string, number>();
  const answers = new Map<number, readonly string[]>();
  return {
    add(message: Message): void {
      if (waiting.size >= MOST_WAITING) waiting.clear(); // no call has as many: the file is damaged
      waiting.set(message.hash, message);
    },
    /** Messages whose call never came. */
    rest: (): ShownText[] => [...waiting.values()].flatMap((message) => textsOf(message.hash, message, undefined)),
    show(entry: EntryOf<"model">, number: number): ShownPart {
      const known = entry.follows === null ? [] : (answers.get(entry.follows) ?? []);
      const asked = entry.asked.filter((hash) => !known.includes(hash));
      const texts = [
        ...asked.flatMap((hash) => textsOf(hash, waiting.get(hash), shownIn.get(hash)).map((text) => ({...text, isAside: true}))),
        ...entry.answer.flatMap((hash) => textsOf(hash, waiting.get(hash), shownIn.get(hash))),
      ];
      for (const hash of waiting.keys()) shownIn.set(hash, number);
      waiting = new Map();
      answers.set(entry.call, entry.answer);
      if (answers.size > MOST_ANSWERS) answers.delete(answers.keys().next().value!);
      return {title: `Call ${entry.call} of ${entry.model}`, facts: factsOf(entry), texts, isBad: entry.failure !== null};
    },
  };
}

function textsOf(hash: string, message: Message | undefined, shownAt: number | undefined): ShownText[] {
  if (message !== undefined) return message.parts.flatMap((part) => keptText(labelOf(message.role, part), part, null));
  const text = shownAt === undefined ? `a message that is not here (${hash})` : `the same message as in entry ${shownAt}`;
  return [wholeText(`(${text})`)];
}

function labelOf(role: string, {type, name}: MessagePart): string {
  const named = name === null ? "" : ` ${name}`;
  if (type === "call") return `${role} calls${named}`;
  return type === "text" ? role : type === "result" ? `${role} result${named}` : `${role} ${type}${named}`;
}

function factsOf(entry: EntryOf<"model">): string[] {
  const {follows, kept, usage, usageKnown, costUsd, generatingSeconds, pausedSeconds, tries, failure, status, isCut, settings} = entry;
  const tokens = (["input", "cacheRead", "cacheWrite", "output", "reasoning"] as const).flatMap((kind) =>
    usage[kind] === null || usage[kind] === 0 ? [] : [`${usage[kind].toLocaleString("en")} ${TOKEN_WORDS[kind]}`],
  );
  return [
    ...(failure === null ? [] : [`failed: ${failure}`]),
    ...(status === null || status < 400 ? [] : [`status ${status}`]),
    ...(follows === null ? [] : [`after ${kept} ${kept === 1 ? "message" : "messages"} of call ${follows}`]),
    ...(isCut ? [`the end of its request (${entry.requestBytes.toLocaleString("en")} bytes) is not here`] : []),
    ...(tokens.length === 0 ? [] : [`tokens: ${tokens.join(", ")}`]),
    ...(usageKnown ? [] : ["its tokens are not all known"]),
    ...(costUsd === null ? [] : [`$${Number(costUsd.toPrecision(3))}`]),
    secondsText(generatingSeconds),
    ...(pausedSeconds > 0 ? [`waited ${secondsText(pausedSeconds)} for the provider`] : []),
    ...(tries > 1 ? [`${tries} tries`] : []),
    ...Object.entries(settings).flatMap(([name, value]) => (UNSAID.has(name) ? [] : [`${name} ${value}`])),
  ];
}

const TOKEN_WORDS = {
  input: "input",
  cacheRead: "read from cache",
  cacheWrite: "written to cache",
  output: "output",
  reasoning: "of it reasoning",
};

/** Settings that say nothing of what was asked. */
const UNSAID = new Set(["stream", "stream_options.include_usage", "store", "user"]);
