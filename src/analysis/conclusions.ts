import {formatDuration} from "../duration.js";
import {crossesZero, type Flip, isConclusion} from "./flips.js";
import {groupBy} from "./groupBy.js";
import type {SensitivityRow} from "./sensitivity.js";

/** Whether a conclusion flips, and which under what, in sentences; the base is among `rows`. */
export function conclusionsOf(rows: readonly SensitivityRow[]): string[] {
  const varied = rows.filter(({kind}) => kind !== "base");
  const flips = new Set(varied.flatMap((row) => row.flips));
  if (!rows.some(({kind, lead}) => kind === "base" && lead.difference !== null)) {
    return ["There is no conclusion to flip: at no budget do two participants have a score over the same environments."];
  }
  const unsure = rows.filter(({kind, lead}) => kind === "base" && lead.difference !== null && lead.low === null);
  const all = `any of the ${new Set(varied.map(({variation}) => variation)).size} variations`;
  const summary = [...flips].some(isConclusion)
    ? flips.has("leader") || flips.has("agents-or-people")
      ? []
      : [`Nobody else leads at any budget under ${all}, but what an interval says changes.`]
    : unsure.length > 0
      ? [
          `Nobody else leads at any budget under ${all}; ${unsure.length === 1 ? "one lead has" : `${unsure.length} leads have`} no interval, so that what it would say is not known.`,
        ]
      : [`No conclusion flips under ${all}: nobody else leads, and no interval of a difference begins or ceases to hold 0.`];
  const sentences = [...groupBy(rows, ({timeBudgetSeconds}) => timeBudgetSeconds).values()].flatMap(sentencesAt);
  return varied.length === 0 ? [] : [...summary, ...sentences];
}

/** What happens at one budget. */
function sentencesAt(rows: readonly SensitivityRow[]): string[] {
  const base = rows.find(({kind}) => kind === "base")!;
  const at = `At ${formatDuration(base.timeBudgetSeconds)}`;
  const under = (flip: Flip, detail: (row: SensitivityRow) => string = () => "") => {
    const own = rows.filter(({flips}) => flips.includes(flip));
    return own.length === 0 ? null : own.map((row) => `${row.variation}${detail(row)}`).join(", ");
  };
  const holds = (isCrossing: boolean | null) => (isCrossing ? "no longer holds 0" : "then holds 0");
  const people = base.againstPeople;
  const sentences: [string, string | null][] = [
    [`${at} the leader is not ${base.leader ?? "shared any more"}`, under("leader", (row) => ` (${row.leader ?? "nobody: equal"})`)],
    [`${at} the interval of the leader's advantage ${holds(crossesZero(base.lead))}`, under("lead-interval")],
    [`${at} it changes whether the best agent or people are ahead`, under("agents-or-people", aheadText)],
    [
      `${at} the interval of the difference between the best agent and people ${holds(crossesZero(people))}`,
      under("agents-or-people-interval"),
    ],
    [`${at} a difference cannot be given any more`, under("lost")],
    [`${at} a difference can be given that otherwise cannot`, under("found")],
  ];
  return sentences.flatMap(([what, where]) => (where === null ? [] : [`${what}: ${where}.`]));
}

function aheadText({againstPeople}: SensitivityRow): string {
  const difference = againstPeople!.difference!;
  if (difference === 0) return " (equal)";
  return ` (${difference > 0 ? againstPeople!.first : againstPeople!.second})`;
}
