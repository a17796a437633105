import type {Constants} from "../environment/environment.js";
import type {Aggregate} from "./candidates.js";
import type {Context} from "./context.js";
import {groupBy} from "./groupBy.js";
import type {ScoredAttempt} from "./scoredAttempt.js";
import type {AnalysisOptions, FlagTreatment} from "./settings.js";

/** One choice made otherwise than asked. */
export type Variation = {
  name: string;
  kind: "environment" | "flag" | "floor" | "aggregate" | "estimator" | "clock" | "constants";
  /** Options that differ. */
  changes: Partial<AnalysisOptions>;
  /** The environment left out; null for none. */
  leaveOut: string | null;
  aggregate: Aggregate;
};

/** A variation that these data do not allow, and why. */
export type NotApplied = {variation: string; reason: string};

export type Variations = {variations: Variation[]; notApplied: NotApplied[]};

const unchanged = {changes: {}, leaveOut: null, aggregate: "mean"} as const;

/**
 * Every variation of the choices asked for, one at a time: each environment left out, each flag's other treatments, the
 * other floor, the interquartile mean, the other estimator, the other clock, other constants.
 *
 * @param base The analysis as asked.
 * @param flags Every flag that attempts of the selection carry, those left out included.
 * @param environments All that the headlines are about.
 */
export function variationsOf(
  {selected}: Pick<Context, "selected">,
  flags: readonly string[],
  environments: readonly string[],
  options: AnalysisOptions,
): Variations {
  const parts = [
    leaveOneOut(environments),
    otherTreatments(flags, options),
    otherFloor(options),
    interquartileMean(environments, options),
    otherEstimator(options),
    otherClock(selected.attempts, options),
    otherConstants(selected, options),
  ];
  return {
    variations: parts.flatMap(({variations}) => variations),
    notApplied: parts.flatMap(({notApplied}) => notApplied),
  };
}

const applied = (...variations: Variation[]): Variations => ({variations, notApplied: []});
const refused = (variation: string, reason: string): Variations => ({variations: [], notApplied: [{variation, reason}]});

function leaveOneOut(environments: readonly string[]): Variations {
  if (environments.length < 2) return refused("an environment left out", "there is one environment only");
  return applied(
    ...environments.map((leaveOut): Variation => ({...unchanged, kind: "environment", name: `without ${leaveOut}`, leaveOut})),
  );
}

function otherTreatments(flags: readonly string[], {flagged}: AnalysisOptions): Variations {
  if (flags.length === 0) return refused("flagged attempts kept, excluded or zero", "no attempt of the selection is flagged");
  const treatments: FlagTreatment[] = ["keep", "exclude", "zero"];
  const variations = flags.flatMap((flag) => {
    const inForce = Object.hasOwn(flagged, flag) ? flagged[flag] : "keep";
    const others = treatments.filter((treatment) => treatment !== inForce);
    return others.map((treatment): Variation => {
      return {...unchanged, kind: "flag", name: `${flag}=${treatment}`, changes: {flagged: {...flagged, [flag]: treatment}}};
    });
  });
  return applied(...variations);
}

const otherFloor = ({floor}: AnalysisOptions): Variations =>
  applied({...unchanged, kind: "floor", name: floor ? "no floor" : "floor at 0", changes: {floor: !floor}});

function interquartileMean(environments: readonly string[], {resample}: AnalysisOptions): Variations {
  const name = "interquartile mean";
  if (resample !== "attempts") return refused(name, `--resample ${resample} draws for the mean over environments alone`);
  if (environments.length < 4) return refused(name, "with fewer than four environments nothing is cut off: it is the mean");
  return applied({...unchanged, kind: "aggregate", name, aggregate: "interquartile"});
}

function otherEstimator({estimator}: AnalysisOptions): Variations {
  const other = estimator === "without-replacement" ? "with-replacement" : "without-replacement";
  return applied({...unchanged, kind: "estimator", name: other.replace("-", " "), changes: {estimator: other}});
}

function otherClock(attempts: readonly ScoredAttempt[], {clock}: AnalysisOptions): Variations {
  const other = clock === "working" ? "wall" : "working";
  const name = `${other} clock`;
  if (other === "wall" && attempts.every(({hasPauses}) => !hasPauses))
    return refused(name, "no attempt of the selection has its pauses recorded");
  return applied({...unchanged, kind: "clock", name, changes: {clock: other}});
}

/** Every set of constants that an environment has and that is not already in force for all of its attempts. */
function otherConstants({attempts, environments, tier}: Context["selected"], {constants}: AnalysisOptions): Variations {
  const byEnvironment = groupBy(attempts, ({environment}) => environment);
  const several = environments.filter(({tiers}) => Object.keys(tiers[tier]?.constants ?? {}).length > 1);
  if (several.length === 0) return refused("other constants", "no environment of the selection has more than one set of them");
  const variations = several.flatMap(({name, tiers, aliases}) => {
    const own = byEnvironment.get(name) ?? [];
    const others = Object.entries(tiers[tier]!.constants).filter(([, set]) => own.some((attempt) => !isInForce(attempt.constants, set)));
    const rest = Object.fromEntries(Object.entries(constants).filter(([asked]) => asked !== name && !aliases.includes(asked)));
    return others.map(([set]): Variation => {
      return {...unchanged, kind: "constants", name: `${name}=${set}`, changes: {constants: {...rest, [name]: set}}};
    });
  });
  return applied(...variations);
}

const isInForce = (own: Constants | null, {startingScore, referenceScore}: Constants) =>
  own?.startingScore === startingScore && own.referenceScore === referenceScore;
