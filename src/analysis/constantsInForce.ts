import type {Constants, Environment} from "../environment/environment.js";
import {RebenchError} from "../errors.js";
import {normalizedScore, rawScore} from "../score/normalize.js";
import type {AttemptGroup} from "../store/attemptRows.js";
import type {AnalysisOptions, Warning} from "./settings.js";

/** The constants that some attempts' scores are normalized with; null where a normalized source does not state them. */
export type ConstantsInForce = {
  environment: string;
  /** `record`, `source` (scores stored normalized), or the name of a set in environment.json. */
  from: string;
  startingScore: number | null;
  referenceScore: number | null;
  attempts: number;
};

/** Null where a normalized source does not state the constants. */
export type Normalization = {constants: Constants | null; normalized: (score: number) => number};

/** Turns stored scores into normalized ones and remembers with which constants. */
export type Normalizer = {
  /** Whether the scores of a group's attempts can be normalized, or should be with constants asked for. */
  can(group: AttemptGroup, environment: Environment): boolean;
  /** The constants for the scores of one more attempt of a group, and the function. */
  for(group: AttemptGroup, environment: Environment): Normalization;
  inForce(): ConstantsInForce[];
  warnings(): Warning[];
};

/**
 * How scores are normalized. Constants asked for with `--constants` come first, then those that were in force when the
 * attempt was made, then the environment's defaults for its tier.
 *
 * A source that is already normalized is used as stored. Other constants re-express it by the affine map between the two
 * scales; where its own constants are unknown, or differ in the starting score (at which it may be floored), that is refused.
 */
export function normalizer(options: AnalysisOptions, definitions: {named(name: string): Environment}): Normalizer {
  const asked = askedConstants(options, definitions);
  const used = new Map<string, ConstantsInForce>();
  const known = new Map<AttemptGroup, {normalization: Normalization; entry: ConstantsInForce}>();
  const learn = (group: AttemptGroup, environment: Environment) => {
    const {from, ...normalization} = normalizationOf(group, environment, asked.get(group.environment) ?? null);
    const {startingScore = null, referenceScore = null} = normalization.constants ?? {};
    const fresh = {environment: group.environment, from, startingScore, referenceScore};
    const key = JSON.stringify(fresh);
    const entry = used.get(key) ?? {...fresh, attempts: 0};
    used.set(key, entry);
    const learned = {normalization, entry};
    known.set(group, learned);
    return learned;
  };
  let storedNormalized = 0;
  return {
    can: (group, environment) => asked.has(group.environment) || canNormalize(group, environment),
    for(group, environment) {
      const {normalization, entry} = known.get(group) ?? learn(group, environment);
      ++entry.attempts;
      if (group.scoreScale === "normalized") ++storedNormalized;
      return normalization;
    },
    inForce: () => [...used].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry),
    warnings() {
      const seen = new Set([...used.values()].map(({environment}) => environment));
      return [
        ...(options.floor || storedNormalized === 0 ? [] : [alreadyFloored(storedNormalized)]),
        ...[...asked].filter(([environment]) => !seen.has(environment)).map(([environment, set]) => unused(environment, set)),
      ];
    },
  };
}

/** @param name Of the constants asked for; null where none were. */
function normalizationOf(group: AttemptGroup, environment: Environment, name: string | null): Normalization & {from: string} {
  const wanted = name === null ? null : namedConstants(environment, group.tier ?? "full", name);
  const own = ownConstants(group);
  if (group.scoreScale === "raw") {
    const constants = wanted ?? own ?? defaultConstants(environment, group);
    const from = name ?? (own ? "record" : defaultName(environment, group));
    return {constants, from, normalized: (score) => normalizedScore(score, constants)};
  }
  if (wanted === null) return {constants: own, from: "source", normalized: (score) => score};
  const stored = reexpressible(group, own, wanted, name!);
  const normalized = (score: number) => (sameConstants(stored, wanted) ? score : normalizedScore(rawScore(score, stored), wanted));
  return {constants: wanted, from: name!, normalized};
}

/** The sets asked for, by canonical name of the environment; a name that no tier of it has is refused. */
function askedConstants({constants}: AnalysisOptions, definitions: {named(name: string): Environment}): Map<string, string> {
  const asked = Object.entries(constants).map(([name, set]) => ({environment: definitions.named(name), set}));
  for (const {environment, set} of asked) {
    const tiers = Object.values(environment.tiers);
    if (!tiers.some((tier) => Object.hasOwn(tier.constants, set))) namedConstants(environment, "full", set);
  }
  return new Map(asked.map(({environment, set}) => [environment.name, set]));
}

const alreadyFloored = (attempts: number): Warning => ({
  code: "already-floored",
  agent: null,
  message: `--no-floor: the scores of ${attempts} attempts are stored normalized, and a floor their source applied cannot be undone`,
});

const unused = (environment: string, set: string): Warning => ({
  code: "constants-unused",
  agent: null,
  message: `--constants ${environment}=${set} changes nothing: no attempt of the selection is in ${environment}`,
});

/** Whether scores are normalized, or can be with the constants of the records or the environment. */
export const canNormalize = (group: AttemptGroup, environment: Environment): boolean =>
  group.scoreScale === "normalized" || ownConstants(group) !== null || defaultName(environment, group) !== "";

function ownConstants({startingScore, referenceScore}: AttemptGroup): Constants | null {
  return startingScore === null || referenceScore === null ? null : {startingScore, referenceScore};
}

function reexpressible({environment, sourceFile}: AttemptGroup, own: Constants | null, wanted: Constants, name: string): Constants {
  const refuse = (why: string) =>
    new RebenchError("usage", {
      problem: `--constants ${environment}=${name}: the scores from ${sourceFile} are stored normalized, and ${why}`,
      hint: "Leave --constants out to use them as stored.",
    });
  if (own === null) throw refuse("the constants they were normalized with are not known");
  if (own.startingScore !== wanted.startingScore) {
    throw refuse(`with the starting score ${own.startingScore}, not ${wanted.startingScore}: what lay below it may be floored`);
  }
  return own;
}

const sameConstants = (a: Constants, b: Constants) => a.startingScore === b.startingScore && a.referenceScore === b.referenceScore;

const defaultName = (environment: Environment, group: AttemptGroup) => environment.tiers[group.tier ?? "full"]?.defaultConstants ?? "";

function defaultConstants(environment: Environment, group: AttemptGroup): Constants {
  return namedConstants(environment, group.tier ?? "full", defaultName(environment, group));
}

function namedConstants(environment: Environment, tier: "full" | "small", name: string): Constants {
  const sets = environment.tiers[tier]?.constants ?? {};
  if (Object.hasOwn(sets, name)) return sets[name]!;
  const known = Object.keys(sets);
  throw new RebenchError("usage", {
    problem:
      name === ""
        ? `${environment.name} has no constants for tier ${tier}`
        : `${environment.name} (tier ${tier}) has no constants "${name}"`,
    hint: known.length > 0 ? `It has: ${known.join(", ")}.` : "Records of this tier must carry startingScore and referenceScore.",
  });
}
