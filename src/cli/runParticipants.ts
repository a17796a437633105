import {ABOVE_SCORE, type ParticipantRow, type Participants, type ParticipantTable, participants} from "../analysis/participants.js";
import {DEFAULT_OPTIONS} from "../analysis/settings.js";
import {type Opened, withStore} from "./openForReading.js";
import type {ParticipantsFlags} from "./participantsCommand.js";
import {paceTable, scoresTable} from "./printParticipants.js";
import {printResult} from "./printResult.js";
import {dataText, footnotes, rowsWithStore} from "./printScores.js";
import {bold, wrap} from "./terminal.js";

const TABLES: readonly ParticipantTable[] = ["agent", "cohort", "environment"];

export async function runParticipants(flags: ParticipantsFlags): Promise<void> {
  const {by, wage, agents = null, environments = null, tier = null, flagged, errors, constants, floor} = flags;
  const chosen = {agents, environments, tier, flagged, errors, constants, floor};
  const asked = {tables: by === undefined ? TABLES : [by], wageUsdPerHour: wage};
  await withStore(flags, async (opened) => {
    const result = await participants(opened.source, {...DEFAULT_OPTIONS, bootstrap: 0, ...chosen, ...asked});
    await printResult(result, {
      rows: rowsWithStore(result.rows, result.settings),
      render: (of, store) => render(of, asked, store),
      flags,
      opened,
    });
  });
}

const TITLES: Record<ParticipantTable, string> = {agent: "By agent", cohort: "People, by cohort", environment: "People, by environment"};

type Asked = {tables: readonly ParticipantTable[]; wageUsdPerHour: number};

function render({rows, settings}: Participants, {tables, wageUsdPerHour}: Asked, opened: Opened): string {
  const notes = footnotes(rows.flatMap(reasons));
  const sections = tables.flatMap((table) => {
    const own = rows.filter((row) => row.table === table);
    if (own.length === 0) return [bold(TITLES[table]), "No attempts match the selection.", ""];
    return [bold(TITLES[table]), scoresTable(own, notes.mark), "", paceTable(own, notes.mark), ""];
  });
  const legend =
    "Scores are normalized (0 = starting solution, 1 = reference solution); attempts count alike, whatever their environment. Shares " +
    `are of the attempts: at 0, above ${ABOVE_SCORE}, at or above 1. Calls/h: scoring calls an hour worked. Improved: attempts that ever ` +
    "scored above the starting solution, of those with scores over time; first: median working time until they did; since last: " +
    `median time from the last improvement to the end. $/h: people's wage ($${wageUsdPerHour}); agents' cost at list price, over hours worked.`;
  return [about(settings, opened), "", ...sections, wrap(legend), ...notes.lines()].join("\n");
}

const about = (settings: Participants["settings"], opened: Opened): string =>
  wrap(`${dataText(settings, opened)} Scores are ${settings.floor ? "floored at 0" : "not floored"}.`, "  ");

const reasons = (row: ParticipantRow) => [
  {reason: row.kind === "agent" ? null : row.peopleReason},
  {reason: row.scoreCallsPerHourReason},
  {reason: row.firstImprovementReason},
  {reason: row.sinceLastImprovementReason},
  {reason: row.dollarsPerHourReason},
];
