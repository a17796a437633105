import {createHash} from "node:crypto";
import {mkdirSync, readFileSync} from "node:fs";
import {dirname, join} from "node:path";
import * as z from "zod";
import type {Environment, Tier} from "../../environment/environment.js";
import {RebenchError} from "../../errors.js";
import {replaceDurably} from "../attempt/replaceDurably.js";
import type {Fingerprint} from "../host/hostFingerprint.js";

const sampleSchema = z.strictObject({
  /** Raw, one of each scoring. */
  scores: z.array(z.number()).min(1),
  /** Sample standard deviation of the normalized scores; null where there is one score. */
  normalizedDeviation: z.number().nonnegative().nullable(),
});

/** What the starting solution and the reference score on one host. */
export const calibrationSchema = z.strictObject({
  format: z.literal("rebench-calibration"),
  formatVersion: z.literal(1),
  /** Names it in records: `host-2026-11-26-1a2b3c4d`. */
  id: z.string(),
  environment: z.string(),
  environmentVersion: z.string(),
  tier: z.enum(["small", "full"]),
  /** Raw score that becomes 0: the median of the starting solution's. */
  startingScore: z.number(),
  /** Raw score that becomes 1: the median of the reference's. */
  referenceScore: z.number(),
  start: sampleSchema,
  reference: sampleSchema,
  /** UTC. */
  measuredAt: z.iso.datetime(),
  host: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

export type Calibration = z.infer<typeof calibrationSchema>;

/** What times depend on: where it changes, a calibration is of another host. */
const OF_HOST = ["architecture", "cpu", "cpus", "gpus", "gpu", "gpuDriver", "python", "torch", "numpy", "triton"] as const;

/** Where the calibration of this host is kept, of an environment's version and tier. */
export function calibrationFile(cache: string, {name, version}: Environment, tier: Tier, host: Fingerprint): string {
  const key = createHash("sha256")
    .update(JSON.stringify(OF_HOST.map((fact) => host[fact] ?? null)))
    .digest("hex")
    .slice(0, 12);
  return join(cache, "calibrations", `${name}-${version}-${tier}-${key}.json`);
}

/** Null where this host is not calibrated. */
export function readCalibration(file: string): Calibration | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return null;
  }
  const found = calibrationSchema.safeParse(parsed(text));
  if (found.success) return found.data;
  throw new RebenchError("unreadable-file", {
    problem: `${file} is no calibration: ${found.error.issues[0]!.path.join(".") || "not JSON"}`,
    hint: "Delete it, then: rebench environments calibrate",
  });
}

export function writeCalibration(file: string, calibration: Calibration): void {
  mkdirSync(dirname(file), {recursive: true});
  replaceDurably(file, `${JSON.stringify(calibration, null, 2)}\n`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
