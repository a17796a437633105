import {nearestNames, RebenchError} from "../errors.js";
import {budgetEntry} from "./entries/budgetEntry.js";
import type {FigureEntry} from "./figureEntry.js";

/** Every figure there is, in the order of the paper's numbers. */
export const FIGURES: readonly FigureEntry[] = [budgetEntry];

/** @throws RebenchError `unknown-figure` with the nearest names. */
export function figureNamed(name: string): FigureEntry {
  const found = FIGURES.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  const names = FIGURES.map((entry) => entry.name);
  const near = nearestNames(name, names);
  throw new RebenchError("unknown-figure", {
    problem: `there is no figure "${name}"${near.length > 0 ? `; did you mean ${near.join(" or ")}?` : ""}`,
    hint: `There are: ${names.join(", ")}. See: rebench figures --list`,
  });
}
