import type {FoundAttempt} from "./findAttempts.js";
import {localPlace} from "./localPlace.js";
import type {Place} from "./place.js";
import {slurmPlace} from "./slurm/slurmPlace.js";
import {sshPlace} from "./ssh/sshPlace.js";
import {whereaboutsOf} from "./whereabouts.js";

const places = new Map<string, Place>();

/** Where an attempt runs, as its folder says; the same object for all attempts of one place. */
export function placeOf({folder}: FoundAttempt): Place {
  const where = whereaboutsOf(folder);
  if (where === null) return localPlace;
  if (where.kind === "slurm") return slurmPlace;
  const place = places.get(where.host) ?? sshPlace(where.host);
  places.set(where.host, place);
  return place;
}
