import type {FoundAttempt} from "./findAttempts.js";
import {localPlace} from "./localPlace.js";
import type {Place} from "./place.js";
import {whereaboutsOf} from "./whereabouts.js";

/** Where an attempt runs, as its folder says. */
export function placeOf({folder}: FoundAttempt): Place {
  const where = whereaboutsOf(folder);
  if (where === null) return localPlace;
  throw new Error(where.kind);
}
