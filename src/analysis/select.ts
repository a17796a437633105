import type {DuckDBConnection} from "@duckdb/node-api";
import type {Catalogue} from "../environment/catalogue.js";
import type {Environment, Tier} from "../environment/environment.js";
import {nearestNames, RebenchError} from "../errors.js";
import {currentFlags} from "../record/currentFlags.js";
import {type AttemptRow, attemptRows, storeNames} from "../store/attemptRows.js";
import {keptEnvironments} from "../store/environmentVersions.js";
import {flagHistories} from "../store/flagEvents.js";
import {type ConstantsInForce, normalizer} from "./constantsInForce.js";
import {Definitions} from "./definitions.js";
import {type ScoredAttempt, scoredAttempt} from "./scoredAttempt.js";
import type {AnalysisOptions, Warning} from "./settings.js";

/** The attempts that an analysis is about, scored, and what a reader should know about the choice. */
export type Selected = {
  attempts: ScoredAttempt[];
  /** Environments of the selection that the store has attempts in, by name. */
  environments: Environment[];
  constants: ConstantsInForce[];
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
  const histories = await flagHistories(connection, "all");
  const warnings: Warning[] = [];
  const kept = dropUnusable(rows, options, warnings);
  const normalize = normalizer(options, definitions);
  const attempts = kept.flatMap((row) => {
    const flags = currentFlags(histories.get(row.attemptId) ?? []);
    const treatments = flags.map((flag) => options.flagged[flag] ?? "keep");
    if (treatments.includes("exclude")) return [];
    return [
      scoredAttempt(row, {
        environment: definitions.of(row),
        normalize,
        flags,
        zero: treatments.includes("zero") || row.status === "error",
        options,
      }),
    ];
  });
  warnings.push(...normalize.warnings(), ...definitions.warnings());
  const present = known.environments.filter((name) => environments === null || environments.includes(name));
  return {attempts, environments: present.map((name) => definitions.named(name)), constants: normalize.inForce(), warnings};
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
function dropUnusable(rows: AttemptRow[], options: AnalysisOptions, warnings: Warning[]): AttemptRow[] {
  const tierOf = (row: AttemptRow): Tier => row.tier ?? "full";
  const tier = options.tier ?? (rows.some((row) => tierOf(row) === "full") ? "full" : "small");
  const tests: [code: string, keep: (row: AttemptRow) => boolean, why: string][] = [
    ["other-tier", (row) => tierOf(row) === tier, `not of tier ${tier}: choose with --tier`],
    [
      "errors-dropped",
      (row) => options.errors === "zero" || row.status !== "error",
      "lost to infrastructure (status error): --errors zero would count them as 0",
    ],
    ["no-time-limit", (row) => row.timeLimitSeconds !== null, "no time limit is recorded"],
  ];
  return tests.reduce((kept, [code, keep, why]) => {
    const left = kept.filter((row) => !keep(row));
    if (left.length > 0) warnings.push({code, agent: null, message: `${left.length} of ${rows.length} attempts left out: ${why}`});
    return kept.filter(keep);
  }, rows);
}
