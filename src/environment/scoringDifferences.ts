import type {Environment} from "./environment.js";

/** A field that scores depend on, with its value in each of two definitions. */
export type ScoringDifference = {field: string; from: string; to: string};

/**
 * What two definitions of an environment differ in that scores depend on; texts, machines and ceilings do not count, nor do tiers that
 * are new in `to`: no earlier score is of them.
 */
export function scoringDifferences(from: Environment, to: Environment): ScoringDifference[] {
  const known = Object.entries(to.tiers).filter(([tier]) => Object.hasOwn(from.tiers, tier));
  const [before, after] = [scoringFields(from), scoringFields({...to, tiers: Object.fromEntries(known)})];
  const shown = (value: string | number | boolean | undefined) => (value === undefined ? "nothing" : String(value));
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((field) => before.get(field) !== after.get(field))
    .map((field) => ({field, from: shown(before.get(field)), to: shown(after.get(field))}));
}

function scoringFields({direction, scoreHidden, scoreRule, combine, rawScore, tiers}: Environment): Map<string, string | number | boolean> {
  const fields = new Map<string, string | number | boolean>([
    ["direction", direction],
    ["scoreHidden", scoreHidden],
    ["scoreRule", scoreRule],
    ["combine", combine],
    ["rawScore.transform", rawScore.transform],
  ]);
  for (const [tier, {defaultConstants, constants}] of Object.entries(tiers)) {
    fields.set(`tiers.${tier}.defaultConstants`, defaultConstants);
    for (const [name, {startingScore, referenceScore}] of Object.entries(constants)) {
      fields.set(`tiers.${tier}.constants.${name}.startingScore`, startingScore);
      fields.set(`tiers.${tier}.constants.${name}.referenceScore`, referenceScore);
    }
  }
  return fields;
}
