import type {Participant, ParticipantStyle} from "../figureContext.js";
import {wrapText} from "./wrapText.js";

/** A name with its sample of line and shape, placed: x of the sample's left end, y of the first line's middle, in px. */
export type KeyEntry = {label: string; style: ParticipantStyle; lines: string[]; xPx: number; yPx: number};

export const SAMPLE_PX = 20;
const SAMPLE_GAP = 5;
const ENTRY_GAP = 14;

export const KEY_TEXT_PX = SAMPLE_PX + SAMPLE_GAP;

/** Names beside each other in rows that are no wider than `widthPx`; a name that alone is wider goes over several lines. */
export function keyRows(
  participants: readonly (Participant & {label: string; style: ParticipantStyle})[],
  {widthPx, lineHeightPx, measure}: {widthPx: number; lineHeightPx: number; measure: (text: string) => number},
): {entries: KeyEntry[]; heightPx: number} {
  const entries: KeyEntry[] = [];
  let [x, y, rowLines] = [0, lineHeightPx / 2, 1];
  for (const {label, style} of participants) {
    const lines = wrapText(label, widthPx - KEY_TEXT_PX, measure);
    const width = KEY_TEXT_PX + Math.max(...lines.map(measure));
    if (x > 0 && x + width > widthPx) {
      y += rowLines * lineHeightPx;
      [x, rowLines] = [0, 1];
    }
    entries.push({label, style, lines, xPx: x, yPx: y});
    x += width + ENTRY_GAP;
    rowLines = Math.max(rowLines, lines.length);
  }
  return {entries, heightPx: participants.length === 0 ? 0 : y - lineHeightPx / 2 + rowLines * lineHeightPx};
}
