import type {TextBlock} from "./parseText.js";
import type {Report} from "./report.js";
import {METHODS} from "./tables/reportTables.js";

/** The report with its methods at the end, unless it has placed them itself: no report goes out without the choices behind it. */
export function withMethods(report: Report): Report {
  if (report.tables.includes(METHODS)) return report;
  const levels = report.text.flatMap((block) => (block.kind === "heading" ? [block.level] : []));
  const methods: TextBlock[] = [
    {kind: "heading", level: levels.length === 0 ? 2 : Math.min(...levels), spans: [{kind: "text", text: "Methods"}]},
    {kind: "placement", what: "table", name: METHODS, line: 0},
  ];
  return {...report, tables: [...report.tables, METHODS], text: [...report.text, ...methods]};
}
