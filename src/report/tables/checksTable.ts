import {ABOVE_SCORE, type ParticipantRow} from "../../analysis/participants.js";
import type {Environment} from "../../environment/environment.js";
import {type DataCell, fieldCell, missingCell, numbers, type TableData, textCell, texts} from "./tableData.js";

/** METR's checks are of 8-hour attempts. */
const CHECKED_SECONDS = 8 * 3600;

/** Whether people get anywhere in each environment within 8 hours, and whether anybody reaches the reference (Table 6 of the paper). */
export function checksTable(rows: readonly ParticipantRow[], environments: readonly Environment[]): TableData {
  const people = rows.filter(({kind, timeLimitSeconds}) => kind === "human" && timeLimitSeconds === CHECKED_SECONDS);
  const all = people.filter(({table}) => table === "agent");
  return {
    caption: `People's 8-hour attempts: how many score above ${ABOVE_SCORE}, above 0, and at or above the reference solution (the paper's Table 6).`,
    columns: [
      ...texts({environment: "Environment"}),
      ...numbers({
        ...{attempts: "Attempts", above: `Above ${ABOVE_SCORE}`, shareAbove: "Share"},
        ...{shareAboveZero: "Above 0", shareAtReference: "At or above 1"},
      }),
    ],
    rows: [
      ...environments.map(({name, title}) => [
        textCell(title),
        ...checks(people.find((row) => row.table === "environment" && row.name === name)),
      ]),
      ...all.map((row) => [textCell("all"), ...checks(row)]),
    ],
    notes: [],
  };
}

const NONE = "no 8-hour attempts of people in this environment are in the selection";

function checks(row: ParticipantRow | undefined): DataCell[] {
  if (row === undefined) return Array.from({length: 5}, () => missingCell(NONE));
  const {attempts, shareAbove, shareAtZero, shareAtReference} = row;
  const above = Math.round(shareAbove * attempts); // a share is a count over attempts
  return [
    fieldCell(attempts, {field: "attempts"}),
    {...fieldCell(above, {field: "above"}), text: `${above} of ${attempts}`},
    fieldCell(shareAbove, {field: "shareAbove"}),
    fieldCell(1 - shareAtZero, {field: "shareAboveZero", format: "percent"}),
    fieldCell(shareAtReference, {field: "shareAtReference"}),
  ];
}
