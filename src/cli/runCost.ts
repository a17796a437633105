import type {CostOptions} from "../analysis/costOptions.js";
import {type CostTable, costTable} from "../analysis/costTable.js";
import type {CostFlags} from "./costCommand.js";
import {withStore} from "./openForReading.js";
import {analysisOptions} from "./options.js";
import {pricesOf} from "./pricesOf.js";
import {costText} from "./printCost.js";
import {printResult} from "./printResult.js";
import {rowsWithMethod} from "./printScores.js";

export async function runCost(flags: CostFlags): Promise<void> {
  const options = optionsOf(flags); // prices are read first: a mistake in them should not wait for the store
  await withStore(flags, async (opened) => {
    const result = await costTable(opened.source, options);
    await printResult(result, {rows: rowsWithMethod(fileRows(result), result.settings), render: costText, flags, opened});
  });
}

function optionsOf(flags: CostFlags): CostOptions {
  const {budgets, dollars, spend, prices: file, unpriced, costFrom, wage, hours, agentHourly = null, gpuHourly = null, ...rest} = flags;
  return {
    ...analysisOptions(rest),
    rates: {wageUsdPerHour: wage, hours, agentUsdPerHour: agentHourly, gpuUsdPerHour: gpuHourly, costFrom},
    ...pricesOf(file),
    unpriced,
    budgets,
    dollars,
    spend,
  };
}

/** The three tables as one, each row with the name of its own; what a table does not have is null. */
function fileRows({attempts, budgets, dollars}: CostTable): Record<string, unknown>[] {
  const rows = [
    ...budgets.map((row) => ({table: "budgets", ...row})),
    ...dollars.map((row) => ({table: "dollars", ...row})),
    ...attempts.map((row) => ({table: "attempts", ...row})),
  ];
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return rows.map((row) => Object.fromEntries(columns.map((name) => [name, (row as Record<string, unknown>)[name] ?? null])));
}
