import type {Analyses} from "../analyses.js";
import {POPULATIONS} from "../populations.js";
import {coverageRulesTable} from "./coverageRulesTable.js";
import {coverageTable} from "./coverageTable.js";
import type {TableData} from "./tableData.js";

/** The tables of the coverage study, by name: its rules, and all cells of each population, such as `coverage-heavy`. */
export const COVERAGE_TABLES: Record<string, (analyses: Analyses) => Promise<TableData>> = {
  "coverage-rules": async (analyses) => coverageRulesTable(await analyses.coverage()),
  ...Object.fromEntries(
    POPULATIONS.map((population) => [
      `coverage-${population}`,
      async (analyses: Analyses) => coverageTable(await analyses.coverage(), population),
    ]),
  ),
};
