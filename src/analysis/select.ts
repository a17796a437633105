import type {DuckDBConnection} from "@duckdb/node-api";
import type {Catalogue} from "../environment/catalogue.js";
import type {Environment, Tier} from "../environment/environment.js";
import {nearestNames, RebenchError} from "../errors.js";
import type {FlagEvent} from "../record/attempt.js";
import {currentFlags} from "../record/currentFlags.js";
import {type AttemptRow, attemptRows, storeNames} from "../store/attemptRows.js";
import {keptEnvironments} from "../store/environmentVersions.js";
import {flagHistories} from "../store/flagEvents.js";
import {type ConstantsInForce, normalizer} from "./constantsInForce.js";
import {Definitions} from "./definitions.js";
import {groupBy} from "./groupBy.js";
import {type ScoredAttempt, scoredAttempt} from "./scoredAttempt.js";
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
  const rows = await attemptRows(connection, {agents: options.agents, environments});
  const tier = options.tier ?? (rows.length === 0 || rows.some((row) => tierOf(row) === "full") ? "full" : "small");
  const usable = dropUnusable(rows, tier, options);
  const flagsOf = flagReader(await flagHistories(connection, "all"));
  const normalize = normalizer(options, definitions);
  const withoutConstants: AttemptRow[] = [];
  const attempts = usable.rows.flatMap((row) => {
    const flags = flagsOf(row);
    const treatments = flags.map((flag) => treatmentOf(flag, options));
    if (treatments.includes("exclude")) return [];
    const environment = definitions.of(row);
    if (!normalize.can(row, environment)) {
      withoutConstants.push(row);
      return [];
    }
    const zero = treatments.includes("zero") || row.status === "error";
    return [scoredAttempt(row, {environment, normalize, flags, zero, options})];
  });
  return {
    attempts,
    environments: known.environments
      .filter((name) => environments === null || environments.includes(name))
      .map((name) => definitions.named(name)),
    constants: normalize.inForce(),
    tier,
    warnings: [
      ...syntheticAttempts(usable.rows),
      ...usable.warnings,
      ...flagTreatments(usable.rows.map(flagsOf), options),
      ...unknownConstants(withoutConstants, tier),
      ...leftOutWhole(rows, attempts),
      ...normalize.warnings(),
      ...definitions.warnings(),
    ],
  };
}

/** Attempts whose scores cannot be normalized, by environment. */
function unknownConstants(rows: readonly AttemptRow[], tier: Tier): Warning[] {
  return [...groupBy(rows, ({environment}) => environment)].map(([environment, {length}]) => ({
    code: "unknown-constants",
    agent: null,
    message: `${length} attempt${length === 1 ? "" : "s"} in ${environment} left out: there are no constants for tier ${tier}, and their records carry no startingScore and referenceScore`,
  }));
}

/** Participants that would be in no row without a word. */
function leftOutWhole(rows: readonly AttemptRow[], attempts: readonly ScoredAttempt[]): Warning[] {
  const keyOf = ({kind, agent}: Pick<AttemptRow, "kind" | "agent">) => JSON.stringify([kind, agent]);
  const kept = new Set(attempts.map(keyOf));
  return [...groupBy(rows, keyOf)]
    .filter(([key]) => !kept.has(key))
    .map(([, own]) => {
      const {agent} = own[0]!;
      const count = own.length;
      const what = count === 1 ? "the one attempt of the selection is" : `all ${count} attempts of the selection are`;
      return {code: "agent-left-out", agent, message: `${agent} is in no row: ${what} left out`};
    });
}

/** Synthetic attempts are never shown without saying so. */
function syntheticAttempts(rows: readonly AttemptRow[]): Warning[] {
  const count = rows.filter(({synthetic}) => synthetic).length;
  const message = `${count} of ${rows.length} attempts are synthetic: drawn from a model, nothing was measured`;
  return count === 0 ? [] : [{code: "synthetic", agent: null, message}];
}

const tierOf = (row: AttemptRow): Tier => row.tier ?? "full";
const treatmentOf = (flag: string, {flagged}: AnalysisOptions): FlagTreatment => (Object.hasOwn(flagged, flag) ? flagged[flag]! : "keep");

function flagReader(histories: ReadonlyMap<string, FlagEvent[]>): (row: AttemptRow) => string[] {
  return ({attemptId}) => currentFlags(histories.get(attemptId) ?? []);
}

/** How many attempts each flag takes out or sets to 0, and which flags that were asked about no attempt carries. */
function flagTreatments(flags: readonly string[][], options: AnalysisOptions): Warning[] {
  const effects = {exclude: "left out", zero: "counted as 0", keep: ""};
  return Object.entries(options.flagged).flatMap(([flag, treatment]): Warning[] => {
    const count = flags.filter((own) => own.includes(flag)).length;
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
    return [
      {code: `flagged-${treatment}`, agent: null, message: `${count} of ${flags.length} attempts ${effects[treatment]}: flagged ${flag}`},
    ];
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
function dropUnusable(rows: AttemptRow[], tier: Tier, {errors}: AnalysisOptions): {rows: AttemptRow[]; warnings: Warning[]} {
  const tests: [code: string, keep: (row: AttemptRow) => boolean, why: string][] = [
    ["other-tier", (row) => tierOf(row) === tier, `not of tier ${tier}: choose with --tier`],
    [
      "errors-dropped",
      (row) => errors === "zero" || row.status !== "error",
      "lost to infrastructure (status error): --errors zero would count them as 0",
    ],
    ["no-time-limit", (row) => row.timeLimitSeconds !== null, "no time limit is recorded"],
  ];
  const warnings: Warning[] = [];
  let kept = rows;
  for (const [code, keep, why] of tests) {
    const left = kept.filter((row) => !keep(row)).length;
    if (left > 0) warnings.push({code, agent: null, message: `${left} of ${rows.length} attempts left out: ${why}`});
    kept = kept.filter(keep);
  }
  return {rows: kept, warnings};
}
