import {randomBytes} from "node:crypto";
import {formatDuration} from "../../duration.js";
import type {Constants, Environment, Tier} from "../../environment/environment.js";
import {RebenchError} from "../../errors.js";
import {GIBIBYTE} from "../host/gibibyte.js";
import {type AttemptPlan, CALIBRATE} from "./attemptPlan.js";

export type PlanRequest = Omit<
  AttemptPlan,
  | "format"
  | "formatVersion"
  | "id"
  | "environment"
  | "environmentVersion"
  | "timeLimitSeconds"
  | "startingScore"
  | "referenceScore"
  | "constants"
  | "limits"
  | "createdAt"
> & {
  environment: Environment;
  attempts: number;
  /** Null: the limit that is usual for the tier. */
  timeLimitSeconds: number | null;
  limits: Partial<AttemptPlan["limits"]>;
  /** A set of the tier's constants; null: those of the host for timed environments, else the tier's default. */
  constants: string | null;
  now: Date;
};

/** Printed by all commands of an attempt together. */
const OUTPUT_BYTES = 2 ** 30;
const DISK_BYTES = 20 * 2 ** 30;
const PROCESSES = 4096;

const NO_LIMITS = {
  ...{tokens: null, costUsd: null, taskTokens: null, taskCostUsd: null},
  ...{outputBytes: OUTPUT_BYTES, diskBytes: DISK_BYTES, processes: PROCESSES},
};

/**
 * Plans of some attempts that differ in number and seed alone, with the constants in force.
 *
 * @throws RebenchError `usage` where the environment cannot be run, or not at this tier.
 */
export function planAttempts({
  environment,
  attempts,
  timeLimitSeconds,
  limits,
  constants: set,
  now,
  ...common
}: PlanRequest): AttemptPlan[] {
  const {tier} = common;
  const {constants, defaultConstants, machine} = tierOf(environment, tier);
  const {startingScore, referenceScore} = named(constants, set ?? defaultConstants, environment.name);
  const limit = timeLimitSeconds ?? environment.runner!.timeLimitSeconds[tier] ?? environment.timeLimitSeconds;
  checkTaskModel(environment, {...common, limits});
  const memoryBytes = Math.floor(machine.memoryGb * GIBIBYTE);
  const stamp = now
    .toISOString()
    .replace(/[-:]|\.\d+/g, "")
    .toLowerCase();
  const batch = randomBytes(2).toString("hex");
  const who = common.agent
    .replace(/[^a-z0-9]+/gi, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 40)
    .toLowerCase();
  return Array.from({length: attempts}, (_, i) => ({
    format: "rebench-attempt",
    formatVersion: 1,
    id: `${environment.name}-${who}-${stamp}-${batch}-${String(i + 1).padStart(3, "0")}`,
    environment: environment.name,
    environmentVersion: environment.version,
    ...common,
    seed: common.seed + i,
    timeLimitSeconds: limit,
    limits: {...NO_LIMITS, memoryBytes, ...limits},
    startingScore,
    referenceScore,
    constants: set ?? (environment.runner!.timed ? CALIBRATE : defaultConstants),
    createdAt: now.toISOString(),
  }));
}

function tierOf(environment: Environment, tier: Tier) {
  const found = environment.tiers[tier];
  if (environment.runner !== null && found !== undefined) return found;
  const tiers = environment.runner === null ? [] : Object.keys(environment.tiers);
  throw new RebenchError("usage", {
    problem:
      environment.runner === null
        ? `${environment.name} is known to the analysis alone: it has no runner part in its environment.json`
        : `${environment.name} has no tier ${tier}`,
    hint:
      tiers.length > 0
        ? `It has: ${tiers.join(", ")}.`
        : `See which can be run with: rebench environments list (usual limit: ${formatDuration(environment.timeLimitSeconds)})`,
  });
}

/** A model that is asked for in vain is no smaller mistake than one that is missing: whoever named it expects it to be used. */
function checkTaskModel({name, runner}: Environment, {tier, taskModel, limits}: Pick<PlanRequest, "tier" | "taskModel" | "limits">): void {
  const isNeeded = runner!.taskModel.includes(tier);
  const isLimited = (limits.taskTokens ?? limits.taskCostUsd ?? null) !== null;
  if (isNeeded ? taskModel !== null : taskModel === null && !isLimited) return;
  throw new RebenchError("usage", {
    problem: isNeeded
      ? `${name} asks a language model of its own at tier ${tier}, and none was named`
      : `${name} asks no language model of its own at tier ${tier}`,
    hint: isNeeded
      ? "Name one with --task-model, such as openai:gpt-4o-mini; it is asked where agents' models are, or at REBENCH_MODEL_URL with REBENCH_MODEL_KEY."
      : "Leave --task-model, --task-tokens and --task-dollars out. The model of an agent is part of --agent.",
  });
}

function named(sets: Readonly<Record<string, Constants>>, name: string, environment: string): Constants {
  if (Object.hasOwn(sets, name)) return sets[name]!;
  throw new RebenchError("usage", {
    problem: `${environment} has no constants "${name}" at this tier`,
    hint: `It has: ${Object.keys(sets).join(", ")}. Leave --constants out for those that are usual.`,
  });
}
