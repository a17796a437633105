import type {Analyses} from "../analyses.js";
import {achievedIds} from "./achieved.js";
import {budgetsTable} from "./budgetsTable.js";
import {ceilingsTable} from "./ceilingsTable.js";
import {checksTable} from "./checksTable.js";
import {COVERAGE_TABLES} from "./coverageTables.js";
import {effortTable} from "./effortTable.js";
import {environmentsTable} from "./environmentsTable.js";
import {methodsTable} from "./methodsTable.js";
import {peopleTable} from "./peopleTable.js";
import type {TableData} from "./tableData.js";

/** Made last: it says what all others were made with. */
export const METHODS = "methods";

/** The tables that a report can place, by name. */
export const REPORT_TABLES: Record<string, (analyses: Analyses) => Promise<TableData>> = {
  environments: async (analyses) => {
    const best = await analyses.best();
    return environmentsTable({...best, constants: best.settings.constants}, await analyses.transcripts(achievedIds(best)));
  },
  budgets: async (analyses) => {
    const {budgets, settings} = await analyses.budgets();
    const shown = budgets.filter(({timeBudgetSeconds}) => analyses.options.budgets.includes(timeBudgetSeconds)); // prose may quote others
    return budgetsTable(shown, settings);
  },
  "table-3": async (analyses) => effortTable((await analyses.best()).environments),
  "table-5": async (analyses) => peopleTable((await analyses.participants()).rows),
  "table-6": async (analyses) => checksTable((await analyses.participants()).rows, (await analyses.best()).environments),
  "table-8": async (analyses) => ceilingsTable(await analyses.best()),
  ...COVERAGE_TABLES,
  [METHODS]: async (analyses) => {
    await (analyses.subject === "attempts" ? analyses.budgets() : analyses.coverage()); // how numbers are made is always said
    return methodsTable(await analyses.made());
  },
};

export const TABLE_NAMES: readonly string[] = Object.keys(REPORT_TABLES);
