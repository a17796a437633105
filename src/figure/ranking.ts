import type {Participant} from "./figureContext.js";
import {inOrder} from "./marks/inOrder.js";
import {nameOf} from "./marks/markText.js";
import {rangeText, scoreText} from "./text.js";

type Ranked = Participant & {score: number; low: number | null; high: number | null};

/** `a 0.612 (0.52 to 0.70); People 0.500; b 0.100`: best first; of many the best and people, and how many others there are. */
export function ranking(rows: readonly Ranked[], most = 5): string {
  const best = [...rows].sort((a, b) => b.score - a.score || inOrder(a, b));
  const told = best.filter(({kind}, i) => i < most || kind === "human");
  const others = best.length - told.length;
  const texts = told.map((row) => `${nameOf(row)} ${scoreText(row.score)}${rangeText(row.low, row.high)}`);
  return [...texts, ...(others > 0 ? [`${others} more, the lowest ${scoreText(best.at(-1)!.score)}`] : [])].join("; ");
}
