import {harmlessLine, harmlessText} from "./harmlessText.js";
import type {ShownEntry, ShownText} from "./shownEntry.js";

/** An entry of which nothing does any harm where it is shown. */
export const harmlessEntry = (entry: ShownEntry): ShownEntry => ({
  ...entry,
  title: harmlessLine(entry.title),
  facts: entry.facts.map(harmlessLine),
  texts: entry.texts.map(harmless),
});

const harmless = ({label, start, gap, end, isAside}: ShownText): ShownText => ({
  label: harmlessLine(label),
  start: harmlessText(start),
  gap: gap === null ? null : {...gap, file: gap.file === null ? null : harmlessLine(gap.file)},
  end: harmlessText(end),
  isAside,
});
