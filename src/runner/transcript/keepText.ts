import type {KeptText} from "./transcriptEntry.js";

/** Of what is kept of a text that is too long, its beginning's. */
const START_SHARE = 0.6;

/** A text, or where it has more than `most` characters its beginning and its end. No character is cut in two. */
export function keepText(text: string, most: number, startShare = START_SHARE): KeptText {
  if (text.length <= most) return {start: text, leftOut: 0, end: ""};
  const cut = Math.floor(most * startShare);
  const startLength = isInside(text, cut) ? cut - 1 : cut;
  const back = text.length - (most - startLength);
  const endAt = isInside(text, back) ? back + 1 : back;
  return {start: text.slice(0, startLength), leftOut: endAt - startLength, end: text.slice(endAt)};
}

/** Whether a place is between the halves of one character. */
const isInside = (text: string, at: number) => /[\ud800-\udbff]/.test(text.charAt(at - 1)) && /[\udc00-\udfff]/.test(text.charAt(at));
