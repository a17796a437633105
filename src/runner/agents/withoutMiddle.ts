import {keepText} from "../transcript/keepText.js";

/** At most `most` characters: the beginning and the end, which say the most. No character is cut in two: a provider refuses half of one. */
export function withoutMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const gap = `\n[… ${text.length} characters in all …]\n`;
  const {start, end} = keepText(text, Math.max(0, most - gap.length), 0.5);
  return start + gap + end;
}
