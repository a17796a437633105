import type {Plan, PlannedSide, PlanSummary} from "../analysis/plan.js";
import type {PlanRow} from "../analysis/planRows.js";
import {formatDuration} from "../duration.js";
import type {Opened} from "./openForReading.js";
import {aboutTheData, footnotes, percent} from "./printScores.js";
import {bold, clipped, counted, dim, printable, table, usdText, wrap} from "./terminal.js";

type Mark = (reason: string) => string;

/** The plan in words, environment by environment, and what other numbers of attempts would achieve. */
export function planText(result: Plan, opened: Opened): string {
  const {plan, rows, curve, check, settings} = result;
  const notes = footnotes([...rows.map(({costReason}) => ({reason: costReason})), plan]);
  const about = [aboutTheData(settings, opened), "", sideLine("A", plan.a), sideLine("B", plan.b), ...environmentLines(plan), ""];
  if (plan.reason !== null) return [...about, wrap(`No plan: ${printable(plan.reason)}.`)].join("\n");
  return [
    ...about,
    ...headline(plan, notes.mark).map((text) => wrap(text)),
    "",
    attemptTable(rows, notes.mark),
    "",
    bold(`Power to find a difference of ${number(Math.abs(plan.effect!))}`),
    curveTable(curve, plan),
    "",
    ...explanation(plan).map((text) => wrap(text)),
    ...(check === null ? [] : [wrap(checkText(check, plan))]),
    ...notes.lines(),
  ].join("\n");
}

function sideLine(letter: string, {agent, timeLimitSeconds, k, slicedFromSeconds, attemptsAtHand, score}: PlannedSide): string {
  const name = `${bold(letter)}  ${clipped(printable(agent))}`;
  if (timeLimitSeconds === null || k === null || score === null) return name;
  const seen = slicedFromSeconds === null ? "" : `, seen then in attempts of ${formatDuration(slicedFromSeconds)}`;
  const how = `${formatDuration(timeLimitSeconds)}@${k}${seen}`;
  return `${name}  ${dim(`${how}: ${score.toFixed(3)} with ${counted(attemptsAtHand, "attempt")} at hand`)}`;
}

function environmentLines({environments, leftOut}: PlanSummary): string[] {
  const over = `Over the ${environments.length === 1 ? "one environment" : `${environments.length} environments`} that both have.`;
  const left = leftOut.map(({environment, reason}) => `${environment} (${printable(reason)})`).join(", ");
  return [...(environments.length === 0 ? [] : [over]), ...(left === "" ? [] : [wrap(`Left out: ${left}.`, "  ")])];
}

function headline(plan: PlanSummary, mark: Mark): string[] {
  const {effect, effectFrom, alpha, wantedPower, attemptsEach, equal, cheapestBy} = plan;
  const difference = `a difference of ${number(Math.abs(effect!))} (${effectFrom === "observed" ? "as observed" : `observed: ${number(plan.observedDifference!)}`})`;
  const each = attemptsEach === null ? "" : `, ${bold(String(attemptsEach))} of each side in each environment`;
  const needs = `To find ${difference} with power ${percent(wantedPower)} at a two-sided level of ${percent(alpha)} takes ${bold(counted(plan.attempts!, "attempt"))}${each}: ${spentText(plan, mark)}.`;
  const saved =
    equal === null
      ? []
      : [
          `Attempts are where they tell most for their ${cheapestBy}. Equally many would be ${equal.attemptsEach} each, ${counted(equal.attempts!, "attempt")} in all: ${spentText(equal, mark)}.`,
        ];
  return [needs, ...saved, ...rangeText(plan)];
}

function spentText({hours, costUsd, costReason}: Pick<PlanSummary, "hours" | "costUsd" | "costReason">, mark: Mark): string {
  return `${hoursText(hours!)}, ${costUsd === null ? `dollars not known ${marks(costReason!, mark)}` : usdText(costUsd)}`;
}

/** Reasons come named, one for each side; the notes have them without. */
const marks = (reasons: string, mark: Mark) =>
  [...new Set(reasons.split("; ").map((reason) => mark(reason.replace(/^.*?: /, ""))))].join(" ");

function rangeText({range, attemptsEach, equal}: PlanSummary): string[] {
  if (range === null) return [];
  const {low, high, level} = range;
  const over = "over 100,000";
  const ends = low === null ? over : `${low.toLocaleString("en")} to ${high === null ? over : high.toLocaleString("en")}`;
  const what = attemptsEach === null ? `${equal!.attemptsEach} equal attempts` : String(attemptsEach);
  return [
    `The attempts at hand do not say more exactly than this: resampling them gives ${ends} in the place of ${what} (${percent(level)} of resamples).`,
  ];
}

/** A line for each environment: attempts, and hours and dollars, of both sides. */
function attemptTable(rows: readonly PlanRow[], mark: Mark): string {
  const half = rows.length / 2;
  const dollars = ({costUsd, costReason}: PlanRow) => (costUsd === null ? `– ${mark(costReason!)}` : usdText(costUsd));
  const cells = (row: PlanRow) => [row.attempts!.toLocaleString("en"), hoursText(row.hours!), dollars(row)];
  const lines = rows.slice(0, half).map((a, i) => [a.environment, ...cells(a), ...cells(rows[half + i]!)]);
  const head = ["", "A:\nattempts", "\nhours", "\ndollars", "B:\nattempts", "\nhours", "\ndollars"];
  return table(head, lines, {aligns: ["left", ...Array<"right">(6).fill("right")]});
}

function curveTable(curve: Plan["curve"], plan: PlanSummary): string {
  const isEqual = curve.some(({attemptsEach}) => attemptsEach !== null);
  const lines = curve.map(({attemptsEach, attempts, hours, costUsd, power, smallestDifference}) => {
    const chance = `${(100 * power).toFixed(1)} %`;
    return [
      ...(isEqual ? [attemptsEach === null ? "" : attemptsEach.toLocaleString("en")] : []),
      attempts!.toLocaleString("en"),
      hoursText(hours!),
      costUsd === null ? "–" : usdText(costUsd),
      attempts === plan.attempts ? bold(chance) : chance,
      number(smallestDifference),
    ];
  });
  const head = [
    ...(isEqual ? ["each"] : []),
    "attempts\nin all",
    "hours",
    "dollars",
    "power",
    `finds with\npower ${percent(plan.wantedPower)}`,
  ];
  return table(head, lines, {aligns: head.map(() => "right")});
}

function explanation(plan: PlanSummary): string[] {
  const {method, normalPower, simulatedPower, simulatedPowerError, falseAlarms} = plan;
  const simulated =
    simulatedPower === null
      ? "there are too many attempts to simulate unasked (--check does)"
      : `in simulated studies it is ${percentWithError(simulatedPower, simulatedPowerError!)}, and ${percent(round(falseAlarms!))} find a difference where there is none`;
  return [
    method === "simulation"
      ? `Power by simulation, because the normal approximation (${percent(round(normalPower!))}) is off here: ${simulated}.`
      : `Power ${percent(round(normalPower!))} by normal approximation; ${simulated}.`,
    "Each side's new attempts are taken to be like those at hand. Hours: attempts × time limit. Dollars: what an attempt at hand cost on average; people: their wage. The last column is by normal approximation.",
  ];
}

function checkText(check: NonNullable<Plan["check"]>, {power}: PlanSummary): string {
  const {studies, power: found, powerError, falseAlarms, falseAlarmsError, pointsOff, reason} = check;
  if (reason !== null) return `Check: ${reason}.`;
  const off = `${pointsOff! < 0 ? "−" : "+"}${Math.abs(pointsOff!).toFixed(1)} points`;
  return (
    `Check on ${studies.toLocaleString("en")} other simulated studies: power ${percentWithError(found!, powerError!)} (${off} from ${percent(round(power!))}), ` +
    `false alarms ${percentWithError(falseAlarms!, falseAlarmsError!)}; ± is the Monte Carlo standard error.`
  );
}

const round = (share: number) => Math.round(share * 1000) / 1000; // as a percentage with one decimal
const percentWithError = (share: number, error: number) => `${(100 * share).toFixed(1)} ± ${(100 * error).toFixed(1)} %`;
const number = (value: number): string => (Math.abs(value) >= 0.0995 ? value.toFixed(3) : String(Number(value.toPrecision(2))));
const hoursText = (hours: number): string => `${hours >= 100 ? Math.round(hours).toLocaleString("en") : Number(hours.toFixed(1))} h`;
