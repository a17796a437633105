import Papa from "papaparse";
import {flatRow} from "./flatRow.js";

/** Rows as CSV with a header, lines ending in a line feed; null is an empty field. */
export const csvText = (rows: readonly Record<string, unknown>[]): string => `${Papa.unparse(rows.map(flatRow), {newline: "\n"})}\n`;
