import type {ShownText} from "./shownEntry.js";
import type {KeptText} from "./transcriptEntry.js";

/** A text of which all is there. */
export const wholeText = (text: string): ShownText => ({label: "", start: text, gap: null, end: "", isAside: false});

/** A text with a gap where a part of it is not there; none where it is empty. */
export function keptText(label: string, {start, leftOut, end}: KeptText, file: string | null): ShownText[] {
  const gap = leftOut === 0 ? null : {characters: leftOut, file};
  return start === "" && end === "" ? [] : [{label, start, gap, end, isAside: false}];
}

/** `3 s`, `0.042 s`: at most three figures behind the point, whole seconds from 100 on. */
export const secondsText = (seconds: number): string => `${Number(seconds.toFixed(seconds >= 100 ? 0 : seconds >= 1 ? 1 : 3))} s`;

export const numberText = (value: number): string => String(Number(value.toPrecision(6)));

/** `0:03:12`: hours, minutes, seconds. */
export function clockText(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}
