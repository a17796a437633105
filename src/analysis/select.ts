import type {DuckDBConnection} from "@duckdb/node-api";
import type {Catalogue} from "../environment/catalogue.js";
import type {Environment, Tier} from "../environment/environment.js";
import {nearestNames, RebenchError} from "../errors.js";
import type {FlagEvent} from "../record/attempt.js";
import {currentFlags} from "../record/currentFlags.js";
import {type AttemptGroup, type AttemptRow, attemptRows, storeNames} from "../store/attemptRows.js";
import {keptEnvironments} from "../store/environmentVersions.js";
import {flagHistories} from "../store/flagEvents.js";
import {type ConstantsInForce, type Normalizer, normalizer} from "./constantsInForce.js";
import {Definitions} from "./definitions.js";
import {groupBy} from "./groupBy.js";
import {attemptScorer, type ScoredAttempt} from "./scoredAttempt.js";
import {type AnalysisOptions, DEFAULT_OPTIONS, type FlagTreatment, type Warning} from "./settings.js";

/** The attempts that an analysis is about, scored, and what a reader should know about the choice. */
export type Selected = {
  attempts: ScoredAttempt[];
  /** Environments of the selection that the store has attempts in, by name. */
  environments: Environment[];
  constants: ConstantsInForce[];
  /** The one tier that the attempts are of. */
  tier: Tier;
  warnings: Warning[];
};

/**
 * The one place where rows of the store become scored attempts: picks them, normalizes their scores, and treats flags,
 * errors and missing scores as the options say.
 *
 * @throws RebenchError `unknown-agent`, `unknown-environment`, or `usage` for constants that cannot be applied.
 */
export async function select(connection: DuckDBConnection, catalogue: Catalogue, options: AnalysisOptions): Promise<Selected> {
  const known = await storeNames(connection);
  const definitions = new Definitions(catalogue, await keptEnvironments(connection));
  const environments = options.environments === null ? null : options.environments.map((name) => definitions.named(name).name);
  checkNames(options, known, environments);
  const flagsOf = flagReader(await flagHistories(connection, "all"));
  const {groups, rows} = await attemptRows(connection, {agents: options.agents, environments});
  const tier = options.tier ?? (groups.length === 0 || groups.some((group) => tierOf(group) === "full") ? "full" : "small");
  const usable = dropUnusable(groups, tier, options);
  const normalize = normalizer(options, definitions);
  const scored = await scoreAll(rows, {groups: new Set(usable.groups), flagsOf, definitions, normalize, options});
  return {
    attempts: scored.attempts,
    environments: known.environments
      .filter((name) => environments === null || environments.includes(name))
      .map((name) => definitions.named(name)),
    constants: normalize.inForce(),
    tier,
    warnings: [
      ...syntheticAttempts(usable.groups),
      ...usable.warnings,
      ...flagTreatments(scored.flagged, countOf(usable.groups), options),
      ...unknownConstants(scored.withoutConstants, tier),
      ...leftOutWhole(groups, scored.groups),
      ...normalize.warnings(),
      ...definitions.warnings(),
    ],
  };
}

type Scoring = {
  groups: ReadonlySet<AttemptGroup>;
  flagsOf: (row: AttemptRow) => readonly string[];
  definitions: Definitions;
  normalize: Normalizer;
  options: AnalysisOptions;
};

/** Scores the attempts of some groups in one pass over the rows, which are a million and are not kept, and counts what is told of them. */
async function scoreAll(rows: AsyncIterable<readonly AttemptRow[]>, {groups, flagsOf, definitions, normalize, options}: Scoring) {
  const score = attemptScorer(options);
  const attempts: ScoredAttempt[] = [];
  const kept = new Set<AttemptGroup>();
  const [flagged, withoutConstants] = [new Map<string, number>(), new Map<string, number>()];
  const add = (row: AttemptRow) => {
    const {group} = row;
    const flags = flagsOf(row);
    for (const flag of flags) increase(flagged, flag);
    const treatments = flags.map((flag) => treatmentOf(flag, options));
    if (treatments.includes("exclude")) return;
    const environment = definitions.of(group);
    if (!normalize.can(group, environment)) return increase(withoutConstants, group.environment);
    const zero = treatments.includes("zero") || group.status === "error";
    attempts.push(score(row, {environment, normalize, flags, zero}));
    kept.add(group);
  };
  for await (const some of rows) for (const row of some) if (groups.has(row.group)) add(row);
  return {attempts, groups: kept, flagged, withoutConstants};
}

const increase = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
const countOf = (groups: readonly AttemptGroup[]): number => groups.reduce((sum, {attempts}) => sum + attempts, 0);

/** Attempts whose scores cannot be normalized, by environment. */
function unknownConstants(counts: ReadonlyMap<string, number>, tier: Tier): Warning[] {
  return [...counts].map(([environment, count]) => ({
    code: "unknown-constants",
    agent: null,
    message: `${count} attempt${count === 1 ? "" : "s"} in ${environment} left out: there are no constants for tier ${tier}, and their records carry no startingScore and referenceScore`,
  }));
}

/** Participants that would be in no row without a word. */
function leftOutWhole(groups: readonly AttemptGroup[], kept: ReadonlySet<AttemptGroup>): Warning[] {
  return [...groupBy(groups, ({kind, agent}) => JSON.stringify([kind, agent])).values()]
    .filter((own) => !own.some((group) => kept.has(group)))
    .map((own) => {
      const {agent} = own[0]!;
      const count = countOf(own);
      const what = count === 1 ? "the one attempt of the selection is" : `all ${count} attempts of the selection are`;
      return {code: "agent-left-out", agent, message: `${agent} is in no row: ${what} left out`};
    });
}

/** Synthetic attempts are never shown without saying so. */
function syntheticAttempts(groups: readonly AttemptGroup[]): Warning[] {
  const count = countOf(groups.filter(({synthetic}) => synthetic));
  const message = `${count} of ${countOf(groups)} attempts are synthetic: drawn from a model, nothing was measured`;
  return count === 0 ? [] : [{code: "synthetic", agent: null, message}];
}

const tierOf = ({tier}: AttemptGroup): Tier => tier ?? "full";
const treatmentOf = (flag: string, {flagged}: AnalysisOptions): FlagTreatment => (Object.hasOwn(flagged, flag) ? flagged[flag]! : "keep");

const NO_FLAGS: readonly string[] = []; // one for all attempts without

function flagReader(histories: ReadonlyMap<string, FlagEvent[]>): (row: AttemptRow) => readonly string[] {
  return ({attemptId}) => {
    const history = histories.get(attemptId);
    return history === undefined ? NO_FLAGS : currentFlags(history);
  };
}

/** How many attempts each flag takes out or sets to 0, and which flags that were asked about no attempt carries. */
function flagTreatments(flagged: ReadonlyMap<string, number>, total: number, options: AnalysisOptions): Warning[] {
  const effects = {exclude: "left out", zero: "counted as 0", keep: ""};
  return Object.entries(options.flagged).flatMap(([flag, treatment]): Warning[] => {
    const count = flagged.get(flag) ?? 0;
    const isDefault = DEFAULT_OPTIONS.flagged[flag] === treatment;
    if (count === 0 && !isDefault) {
      return [
        {
          code: "flag-unused",
          agent: null,
          message: `--flagged ${flag}=${treatment} changes nothing: no attempt of the selection has that flag`,
        },
      ];
    }
    if (count === 0 || treatment === "keep") return [];
    return [{code: `flagged-${treatment}`, agent: null, message: `${count} of ${total} attempts ${effects[treatment]}: flagged ${flag}`}];
  });
}

function checkNames(options: AnalysisOptions, known: {agents: string[]; environments: string[]}, environments: string[] | null): void {
  for (const agent of options.agents ?? []) {
    if (known.agents.includes(agent)) continue;
    const near = nearestNames(agent, known.agents);
    throw new RebenchError("unknown-agent", {
      problem: `the store has no agent "${agent}"${near.length > 0 ? `; did you mean ${near.map((name) => `"${name}"`).join(" or ")}?` : ""}`,
      hint: `It has: ${known.agents.join(", ") || "none"}.`,
    });
  }
  for (const environment of environments ?? []) {
    if (known.environments.includes(environment)) continue;
    throw new RebenchError("unknown-environment", {
      problem: `the store has no attempts in ${environment}`,
      hint: `It has: ${known.environments.join(", ") || "none"}.`,
    });
  }
}

/** Leaves out, and counts, what cannot take part: the other tier, attempts lost to infrastructure, attempts without a limit. */
function dropUnusable(all: AttemptGroup[], tier: Tier, {errors}: AnalysisOptions): {groups: AttemptGroup[]; warnings: Warning[]} {
  const tests: [code: string, keep: (group: AttemptGroup) => boolean, why: string][] = [
    ["other-tier", (group) => tierOf(group) === tier, `not of tier ${tier}: choose with --tier`],
    [
      "errors-dropped",
      ({status}) => errors === "zero" || status !== "error",
      "lost to infrastructure (status error): --errors zero would count them as 0",
    ],
    ["no-time-limit", ({timeLimitSeconds}) => timeLimitSeconds !== null, "no time limit is recorded"],
  ];
  const warnings: Warning[] = [];
  let groups = all;
  for (const [code, keep, why] of tests) {
    const left = countOf(groups.filter((group) => !keep(group)));
    if (left > 0) warnings.push({code, agent: null, message: `${left} of ${countOf(all)} attempts left out: ${why}`});
    groups = groups.filter(keep);
  }
  return {groups, warnings};
}
