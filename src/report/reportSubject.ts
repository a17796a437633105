import {FIGURES} from "./catalogue.js";
import type {Report} from "./report.js";
import {COVERAGE_TABLES} from "./tables/coverageTables.js";
import {METHODS} from "./tables/reportTables.js";

/** What a report is about: the attempts of a store, or the coverage study that comes with rebench, which needs none. */
export type Subject = "attempts" | "coverage-study";

/** The study, where all figures, tables and values are its own. */
export function subjectOf({figures, tables, values}: Pick<Report, "figures" | "tables" | "values">): Subject {
  const areOfStudy = [
    ...figures.map(({name}) => FIGURES.find((entry) => entry.name === name)?.about === "coverage-study"),
    ...tables.filter((name) => name !== METHODS).map((name) => Object.hasOwn(COVERAGE_TABLES, name)),
    ...[...values.values()].map(({analysis}) => analysis === "coverage"),
  ];
  return areOfStudy.length > 0 && areOfStudy.every((isOfStudy) => isOfStudy) ? "coverage-study" : "attempts";
}
