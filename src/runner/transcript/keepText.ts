import type {KeptText} from "./transcriptEntry.js";

/** Shares of a text's beginning and end, where it is too long. */
const START_SHARE = 0.6;

/** A text, or where it has more than `most` characters its beginning and its end. No character is cut in two. */
export function keepText(text: string, most: number): KeptText {
  if (text.length <= most) return {start: text, leftOut: 0, end: ""};
  const startLength = wholeAt(text, Math.floor(most * START_SHARE));
  const endAt = wholeAt(text, text.length - (most - startLength));
  return {start: text.slice(0, startLength), leftOut: endAt - startLength, end: text.slice(endAt)};
}

/** The place, or the one before it where it is between the halves of one character. */
const wholeAt = (text: string, at: number) =>
  /[\ud800-\udbff]/.test(text.charAt(at - 1)) && /[\udc00-\udfff]/.test(text.charAt(at)) ? at - 1 : at;
