import {nearestNames, printable, RebenchError} from "../errors.js";
import {allocationEntry} from "./entries/allocationEntry.js";
import {budgetEntry} from "./entries/budgetEntry.js";
import {codeSizeEntry} from "./entries/codeSizeEntry.js";
import {costEntry} from "./entries/costEntry.js";
import {coverageEntries} from "./entries/coverageEntries.js";
import {environmentsEntry} from "./entries/environmentsEntry.js";
import {experienceEntry} from "./entries/experienceEntry.js";
import {histogramEntry} from "./entries/histogramEntry.js";
import {humanProgressEntry} from "./entries/humanProgressEntry.js";
import {progressByEnvironmentEntry} from "./entries/progressByEnvironmentEntry.js";
import {progressEntry} from "./entries/progressEntry.js";
import {rawHistoryEntry} from "./entries/rawHistoryEntry.js";
import {scoreAtKByEnvironmentEntry} from "./entries/scoreAtKByEnvironmentEntry.js";
import {scoreAtKEntry} from "./entries/scoreAtKEntry.js";
import {tokenSpeedEntry} from "./entries/tokenSpeedEntry.js";
import type {FigureEntry} from "./figureEntry.js";

/** Every figure there is, in the order of the paper's numbers; those that the paper does not have come last. */
export const FIGURES: readonly FigureEntry[] = [
  budgetEntry,
  humanProgressEntry,
  progressEntry,
  allocationEntry,
  scoreAtKEntry,
  environmentsEntry,
  codeSizeEntry,
  costEntry,
  tokenSpeedEntry,
  experienceEntry,
  histogramEntry,
  scoreAtKByEnvironmentEntry,
  progressByEnvironmentEntry,
  rawHistoryEntry,
  ...coverageEntries,
];

/** @throws RebenchError `unknown-figure` with the nearest names. */
export function figureNamed(name: string): FigureEntry {
  const found = FIGURES.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  const names = FIGURES.map((entry) => entry.name);
  const near = nearestNames(name, names);
  throw new RebenchError("unknown-figure", {
    problem: `there is no figure "${printable(name)}"${near.length > 0 ? `; did you mean ${near.join(" or ")}?` : ""}`,
    hint: `There are: ${names.join(", ")}. See: rebench figures --list`,
  });
}
