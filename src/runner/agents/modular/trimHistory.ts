import type {ChatMessage} from "../../gateway/model.js";
import {withoutMiddle} from "../withoutMiddle.js";

/** Messages that stay, whatever happens: the two prompts, the first answer and what came of it. */
const FIRST = 4;

/** Characters in a token, and what a message costs besides its text: a guess, corrected by the counts that come back. */
const [CHARACTERS_PER_TOKEN, TOKENS_PER_MESSAGE] = [4, 4];

/** The least of a message that is worth sending. */
const LEAST_CHARACTERS = 200;

export type History = {
  /** Two prompts, then an answer and what came of it in turn. */
  messages: readonly ChatMessage[];
  /** Messages that were left out after the first four, so far. */
  dropped: number;
};

/** Tokens of messages at four characters each, times what earlier counts say about this model. */
export const estimateTokens = (messages: readonly Pick<ChatMessage, "content">[], calibration: number): number =>
  calibration * messages.reduce((sum, {content}) => sum + content.length / CHARACTERS_PER_TOKEN + TOKENS_PER_MESSAGE, 0);

/**
 * The history that fits into `limitTokens`: the first four messages and the newest, whole turns left out between them. Where the
 * newest turn alone is too long, messages other than the prompts lose their middle.
 */
export function trimHistory({messages, dropped}: History, limitTokens: number, calibration: number): History {
  const head = messages.slice(0, FIRST);
  let tail = messages.slice(FIRST);
  const isTooLong = () => estimateTokens([...head, notice(dropped + 2), ...tail], calibration) > limitTokens;
  while (tail.length > 2 && isTooLong()) {
    tail = tail.slice(2);
    dropped += 2;
  }
  const kept = [...head, ...tail];
  return {messages: isTooLong() ? shorten(kept, limitTokens, calibration) : kept, dropped};
}

/** What is sent: the notice in its place, and neighbours of one role made one message, because some servers insist on turns. */
export function messagesToSend({messages, dropped}: History): ChatMessage[] {
  const whole = dropped === 0 ? messages : [...messages.slice(0, FIRST), notice(dropped), ...messages.slice(FIRST)];
  const sent: ChatMessage[] = [];
  for (const message of whole) {
    const last = sent.at(-1);
    if (last?.role === message.role) sent[sent.length - 1] = {role: last.role, content: `${last.content}\n\n${message.content}`};
    else sent.push({...message});
  }
  return sent;
}

const notice = (dropped: number): ChatMessage => ({
  role: "user",
  content: `[${dropped} earlier messages were left out here to save space. The files that you made are still there.]`,
});

/** The prompts whole, each other message with its first and last part of an equal share of the room. */
function shorten(messages: readonly ChatMessage[], limitTokens: number, calibration: number): ChatMessage[] {
  const prompts = messages.slice(0, 2);
  const rest = messages.slice(2);
  const room = limitTokens - estimateTokens([...prompts, notice(0)], calibration);
  const share = (room / Math.max(1, rest.length) / calibration - TOKENS_PER_MESSAGE) * CHARACTERS_PER_TOKEN;
  const most = Math.max(LEAST_CHARACTERS, Math.floor(share));
  return [...prompts, ...rest.map((message) => ({...message, content: withoutMiddle(message.content, most)}))];
}
