import {escapeHtml} from "../html/escapeHtml.js";
import {clockText} from "./clockText.js";
import type {PageScore, PageSubject} from "./pageEntry.js";

/** A longer list is to be opened. */
const MOST_LISTED = 24;

/** Scores over working time, each a way to its entry: drawn, and as a list, which needs no eyes and no pointer. Empty where there are none. */
export function scoreStrip(subject: PageSubject): string {
  const {scores} = subject;
  if (scores.length === 0) return "";
  const list = `<ol class="score-list">\n${scores.map(listed).join("\n")}\n</ol>`;
  return [
    `<section class="scores" aria-labelledby="scores"><h2 id="scores">Scores</h2>`,
    drawing(subject),
    scores.length <= MOST_LISTED
      ? list
      : `<details class="list"><summary>All ${scores.length.toLocaleString("en")} scores</summary>\n${list}\n</details>`,
    `</section>`,
  ].join("\n");
}

const listed = (score: PageScore) =>
  `<li><a href="#entry-${score.entry}">${clockText(score.askedAtSeconds)} <b>${escapeHtml(valueText(score))}</b></a></li>`;

function valueText({score, valid, repeat, remeasured}: PageScore): string {
  const value = score !== null ? numberText(score) : valid ? "valid" : "not valid";
  return `${value}${repeat ? ", repeat" : ""}${remeasured ? ", measured again" : ""}`;
}

const numberText = (value: number): string => String(Number(value.toPrecision(6)));

/** Everything is placed in percent, so that the drawing is as wide as the page and its points stay round. */
function drawing(subject: PageSubject): string {
  const {scores, endSeconds, startingScore, referenceScore} = subject;
  const values = scores.flatMap(({score}) => (score === null ? [] : [score]));
  if (values.length === 0) return "";
  const natural = [startingScore, referenceScore].flatMap((value) => (value === null ? [] : [value]));
  const all = [...values, ...natural];
  const [least, most] = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
  const until = Math.max(endSeconds, ...scores.slice(-1).map(({askedAtSeconds}) => askedAtSeconds), 1);
  const x = (seconds: number) => percent(1 + (98 * Math.min(seconds, until)) / until);
  const y = (value: number) => percent(most === least ? 50 : 10 + (75 * (most - value)) / (most - least));
  const place = ({askedAtSeconds, score}: PageScore) => ({x: x(askedAtSeconds), y: score === null ? "96%" : y(score)});
  const steps = scores.filter(({score, remeasured}) => score !== null && !remeasured).map(place);
  return [
    `<div class="strip">`,
    `<p class="most">${numberText(most)}</p>`,
    `<svg aria-hidden="true" focusable="false">`,
    ...natural.map((value) => `<line class="natural" x1="0" x2="100%" y1="${y(value)}" y2="${y(value)}"/>`),
    ...steps.slice(1).map((to, i) => `<line class="step" x1="${steps[i]!.x}" y1="${steps[i]!.y}" x2="${to.x}" y2="${to.y}"/>`),
    ...scores.map((score) => pointHtml(score, place(score))),
    `</svg>`,
    `<p class="least">${numberText(least)}</p>`,
    `<p class="from">0:00:00</p><p class="until">${clockText(until)}</p>`,
    `</div>`,
    `<p class="under">${escapeHtml(keyText(subject))}</p>`,
  ].join("\n");
}

function pointHtml(score: PageScore, {x, y}: {x: string; y: string}): string {
  const title = `Score ${score.number} at ${clockText(score.askedAtSeconds)}: ${valueText(score)}`;
  const hollow = score.score === null || score.repeat || score.remeasured ? ' class="hollow"' : "";
  return `<a href="#entry-${score.entry}" tabindex="-1"><circle cx="${x}" cy="${y}" r="4.5"${hollow}><title>${escapeHtml(title)}</title></circle></a>`;
}

const percent = (share: number) => `${Number(share.toFixed(2))}%`;

function keyText({startingScore, referenceScore, scores}: PageSubject): string {
  const dashed = [
    ...(startingScore === null ? [] : [`starting score ${numberText(startingScore)}`]),
    ...(referenceScore === null ? [] : [`reference score ${numberText(referenceScore)}`]),
  ];
  const hasHollow = scores.some(({score, repeat, remeasured}) => score === null || repeat || remeasured);
  return [
    "Raw scores over working time when they were asked for.",
    ...(dashed.length === 0 ? [] : [`Dashed: ${dashed.join(" and ")}.`]),
    ...(hasHollow ? ["Hollow: repeated or measured again; at the bottom: not valid."] : []),
  ].join(" ");
}
