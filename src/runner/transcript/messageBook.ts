import {createHash} from "node:crypto";
import type {Message} from "./messagesIn.js";

/** Conversations that are remembered: an agent has a few side by side. */
const MOST_CONVERSATIONS = 16;

export type BookedCall = {call: number; follows: number | null; kept: number; asked: string[]; answer: string[]};

export type MessageBook = {
  /** Gives a call its number and says what it has in common with an earlier one. */
  book(asked: readonly Message[], answer: readonly Message[]): BookedCall;
  /** What was stored may not have been kept: all is stored anew. */
  forget(): void;
};

/**
 * Stores each message once, by the hash of what it says, and each conversation as what is new in it: 200 turns take 200 messages
 * and not 20,000.
 *
 * @param hashes Of messages that are stored already.
 * @param store Called for each message that is not, before the call that has it.
 */
export function messageBook(hashes: Set<string>, calls: number, store: (hash: string, message: Message) => void): MessageBook {
  let conversations: {call: number; hashes: string[]}[] = [];
  const hashOf = (message: Message): string => {
    const hash = createHash("sha256")
      .update(JSON.stringify([message.role, message.parts]))
      .digest("hex")
      .slice(0, 32);
    if (!hashes.has(hash)) {
      hashes.add(hash);
      store(hash, message);
    }
    return hash;
  };
  return {
    book(asked, answer) {
      const own = asked.map(hashOf);
      const call = ++calls;
      const known = conversations.map((one) => ({...one, kept: commonStart(one.hashes, own)}));
      const best = known.reduce((a, b) => (b.kept > a.kept ? b : a), {call: 0, hashes: [] as string[], kept: 0});
      const isContinued = (one: {call: number; hashes: string[]}) => one.call === best.call && best.kept === best.hashes.length;
      conversations = [{call, hashes: own}, ...conversations.filter((one) => !isContinued(one))].slice(0, MOST_CONVERSATIONS);
      return {
        call,
        follows: best.kept === 0 ? null : best.call,
        kept: best.kept,
        asked: own.slice(best.kept),
        answer: answer.map(hashOf),
      };
    },
    forget() {
      hashes.clear();
      conversations = [];
    },
  };
}

/** How many elements two lists begin with in common. */
function commonStart(a: readonly string[], b: readonly string[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; ++i) if (a[i] !== b[i]) return i;
  return length;
}
