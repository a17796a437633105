import {ABOVE_SCORE, type ParticipantRow} from "../../analysis/participants.js";
import {type DataCell, fieldCell, missingCell, numbers, type TableData, textCell, texts} from "./tableData.js";

/** Where people came from and how they did (Table 5 of the paper): a row for each cohort, and one for all people. */
export function peopleTable(rows: readonly ParticipantRow[]): TableData {
  const cohorts = wholeRows(rows.filter(({table}) => table === "cohort"));
  const all = wholeRows(rows.filter(({table, kind}) => table === "agent" && kind === "human"));
  return {
    caption:
      "People by where they were recruited: attempts, different people, and normalized scores of their attempts (the paper's Table 5).",
    columns: [
      ...texts({cohort: "Source"}),
      ...numbers({
        ...{attempts: "Attempts", people: "People", meanScore: "Mean", medianScore: "Median"},
        ...{shareAbove: `Above ${ABOVE_SCORE}`, shareAtReference: "At or above 1"},
      }),
    ],
    rows: [
      ...cohorts.map((row) => [
        row.name === null ? missingCell("where these people were recruited is not recorded") : textCell(row.name),
        ...facts(row),
      ]),
      ...all.map((row) => [textCell("all people"), ...facts(row)]),
    ],
    notes: cohorts.length + all.length === 0 ? ["No attempts of people are in the selection."] : [],
  };
}

/** The first row of each name: where there are several time limits, that of all of them together. */
const wholeRows = (rows: readonly ParticipantRow[]) => rows.filter((row, i) => rows.findIndex(({name}) => name === row.name) === i);

const facts = (row: ParticipantRow): DataCell[] => [
  fieldCell(row.attempts, {field: "attempts"}),
  fieldCell(row.people, {field: "people"}, row.peopleReason),
  fieldCell(row.meanScore, {field: "meanScore"}),
  fieldCell(row.medianScore, {field: "medianScore"}),
  fieldCell(row.shareAbove, {field: "shareAbove"}),
  fieldCell(row.shareAtReference, {field: "shareAtReference"}),
];
