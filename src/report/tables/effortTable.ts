import type {Environment} from "../../environment/environment.js";
import {durationText} from "../formatValue.js";
import {fieldCell, numberCell, numbers, type TableData, textCell, texts} from "./tableData.js";

/** How much code the reference solution touches, and how long it takes to run and score it (Table 3 of the paper). */
export function effortTable(environments: readonly Environment[]): TableData {
  const none = "environment.json says nothing of a reference solution";
  const sources = [...new Set(environments.flatMap(({reference}) => reference?.source ?? []))].sort();
  return {
    caption:
      "The reference solution of each environment: lines of code in the files that it touches, and the time to run and score it (the paper's Table 3).",
    columns: [...texts({environment: "Environment"}), ...numbers({linesOfCode: "Lines of code", runAndScoreSeconds: "Run and score"})],
    rows: environments.map(({title, reference}) => [
      textCell(title),
      fieldCell(reference?.linesOfCode ?? null, {field: "linesOfCode"}, none),
      numberCell(reference?.runAndScoreSeconds ?? null, durationText, reference ? "its source gives no time" : none),
    ]),
    notes: sources.map((source) => `Source: ${source}.`),
  };
}
