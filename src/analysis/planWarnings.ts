import {formatDuration} from "../duration.js";
import {groupBy} from "./groupBy.js";
import type {PlanParts} from "./planFrom.js";
import type {PlanSide, PlanSides} from "./planSides.js";
import type {Warning} from "./settings.js";

const FEW = 10;

/** What a reader of a plan should know besides. */
export function planWarnings(found: PlanSides, {planned}: PlanParts, options: {alpha: number}): Warning[] {
  const sides = "sides" in found ? found.sides : [];
  return [...sides.flatMap(sideWarnings), ...levelWarning(planned, options)];
}

function sideWarnings(side: PlanSide): Warning[] {
  const {series, allocation, parts} = side;
  const {agent} = series;
  const few = parts.filter(({scores}) => scores.length < FEW).map(({environment, scores}) => `${environment} (${scores.length})`);
  const about = `${agent}: ${few.length === 1 ? "one environment has" : `${few.length} environments have`} fewer than ${FEW} attempts at hand, so the plan says little: ${few.join(", ")}`;
  const {slicedFromSeconds: from, timeLimitSeconds} = allocation;
  const seen = `${agent}: planned from attempts of ${formatDuration(from ?? 0)} seen at ${formatDuration(timeLimitSeconds)}; attempts that end then may go otherwise`;
  return [
    ...(few.length === 0 ? [] : [{code: "few-attempts", agent, message: about}]),
    ...(from === null ? [] : [{code: "planned-from-slices", agent, message: seen}]),
    ...repeatedPeople(side),
  ];
}

function repeatedPeople({series: {agent}, parts}: PlanSide): Warning[] {
  const named = parts.flatMap(({people}) => people ?? []).filter((person) => person !== null);
  const count = [...groupBy(named, (person) => person).values()].filter(({length}) => length > 1).length;
  if (count === 0) return [];
  const message = `${agent}: ${count === 1 ? "one person" : `${count} people`} made more than one of the attempts at hand; the plan takes attempts as independent`;
  return [{code: "repeated-people", agent, message}];
}

function levelWarning({falseAlarms, attempts, attemptsKeepingLevel}: PlanParts["planned"], {alpha}: {alpha: number}): Warning[] {
  if (falseAlarms === null || attempts === null || falseAlarms <= 1.5 * alpha) return [];
  const more = attemptsKeepingLevel === null ? "" : `; from about ${attemptsKeepingLevel} attempts in all it would not`;
  const message = `with so few attempts for their k the test finds a difference where there is none in ${(100 * falseAlarms).toFixed(0)} % of simulated studies, not ${100 * alpha} %${more}`;
  return [{code: "level-not-kept", agent: null, message}];
}
