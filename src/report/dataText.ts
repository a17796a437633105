import type {CoverageStudy} from "../analysis/coverageStudy.js";
import type {Warning} from "../analysis/settings.js";
import type {SelectionSettings} from "../analysis/settingsInForce.js";
import {printable} from "../errors.js";
import type {ReportContent} from "./content.js";
import {numberText} from "./formatValue.js";

/** A file without its folder. */
export const fileName = (file: string): string => file.split(/[/\\]/).at(-1)!;

/** Which data a report is about. Synthetic attempts are never shown without saying so. The store is named without its folder. */
export function dataText(
  {store, attempts}: Pick<SelectionSettings, "store" | "attempts">,
  warnings: readonly Warning[],
): ReportContent["data"] {
  const synthetic = warnings.find(({code}) => code === "synthetic");
  const name = printable(fileName(store));
  const text = `Data: ${numberText(attempts, 0)} attempt${attempts === 1 ? "" : "s"} in ${name}.`;
  return {text: synthetic ? `${text} ${synthetic.message}.` : text, attempts, isSynthetic: synthetic !== undefined};
}

/** The same of a report on the coverage study, which is about no attempts. */
export function studyText({dataSets, cells, toolVersion}: CoverageStudy["settings"]): ReportContent["data"] {
  const text = `Data: the coverage study that comes with rebench, made with version ${toolVersion}: ${numberText(cells, 0)} cells of ${numberText(dataSets, 0)} simulated data sets each; no attempts of anybody.`;
  return {text, attempts: 0, isSynthetic: false};
}
