import type {TopLevelSpec} from "vega-lite";
import type {CoverageRow} from "../../analysis/coverageStudy.js";
import {coverage} from "../../figure/coverage.js";
import {coverageByPopulation} from "../../figure/coverageByPopulation.js";
import {coverageByScheme} from "../../figure/coverageByScheme.js";
import type {FigureContext} from "../../figure/figureContext.js";
import type {CoverageFigureData} from "../../figure/marks/coverageLines.js";
import type {FigureEntry} from "../figureEntry.js";
import {POPULATIONS, populationTitle} from "../populations.js";
import {readStudy} from "../readStudy.js";

type Draw = (data: CoverageFigureData, context: FigureContext) => TopLevelSpec;
type What = {name: string; title: string; isShown: (row: CoverageRow) => boolean; draw: Draw};

const isDefault = ({scheme, estimator}: CoverageRow) => scheme === "attempts" && estimator === "without-replacement";
/** The default, and the one that holds up best. */
const isOfTwo = ({method}: CoverageRow) => method === "percentile" || method === "studentized";

/** Where attempts are all that varies, and where something else does too. */
const FIXED = ["sample", "light", "heavy", "zeros"];
const VARYING = ["environments", "people", "close-people"];
const SCHEMES_AT_K = 1;

/** The figures of the coverage study, which comes with rebench: no attempts are needed. */
export const coverageEntries: readonly FigureEntry[] = [
  entryOf({
    name: "coverage",
    title: "How often intervals hold the truth",
    isShown: (row) => row.population === "sample" && isDefault(row),
    draw: coverage,
  }),
  entryOf({
    name: "coverage-by-population",
    title: "How often intervals hold the truth, by population",
    isShown: (row) => FIXED.includes(row.population) && isDefault(row) && isOfTwo(row),
    draw: coverageByPopulation,
  }),
  entryOf({
    name: "coverage-by-scheme",
    title: "How often intervals hold the truth, by what is resampled",
    isShown: (row) => VARYING.includes(row.population) && isOfTwo(row) && row.k === SCHEMES_AT_K,
    draw: coverageByScheme,
  }),
];

function entryOf({name, title, isShown, draw}: What): FigureEntry {
  return {
    name,
    paperFigures: null,
    title,
    needs: "nothing: the coverage study that comes along",
    about: "coverage-study",
    async data() {
      const {rows: all, settings, warnings} = readStudy();
      const rows = all
        .filter(isShown)
        .map((row) => ({...row, title: populationTitle(row.population)}))
        .sort((a, b) => POPULATIONS.indexOf(a.population) - POPULATIONS.indexOf(b.population));
      const data = {rows, level: settings.level};
      return {
        rows,
        settings,
        warnings,
        reason: rows.length > 0 ? null : "the study has no such cells",
        draw: (context) => draw(data, context),
      };
    },
  };
}
