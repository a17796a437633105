import * as z from "zod";
import {SANDBOX_CHOICES} from "../sandbox/sandboxChoices.js";

/** In a plan whose constants are those of the host it will run on. */
export const CALIBRATE = "calibrate";

const positive = z.number().positive();

/** What an attempt is, written once when it begins: with it and the journal it can be taken up again. No secrets are in it. */
export const attemptPlanSchema = z.strictObject({
  format: z.literal("rebench-attempt"),
  formatVersion: z.literal(1),
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,120}$/i),
  environment: z.string(),
  environmentVersion: z.string(),
  tier: z.enum(["full", "small"]),
  /** As it was asked for, such as `modular:gpt-x`. */
  agent: z.string(),
  /** Of a person: a pseudonym, never a name. */
  person: z.string().nullable(),
  cohort: z.string().nullable(),
  timeLimitSeconds: positive,
  limits: z.strictObject({
    tokens: positive.nullable(),
    costUsd: positive.nullable(),
    /** Of the model that is part of the task. */
    taskTokens: positive.nullable().default(null),
    taskCostUsd: positive.nullable().default(null),
    outputBytes: positive,
    diskBytes: positive,
    memoryBytes: positive.nullable(),
    processes: positive,
  }),
  /** The language model that is part of the task, as it was asked for; null where the task has none. */
  taskModel: z.string().nullable().default(null),
  network: z.enum(["none", "model", "host"]),
  sandbox: z.enum(SANDBOX_CHOICES),
  /** `local`, `ssh:HOST` or `slurm:PARTITION`. */
  host: z.string(),
  seed: z.int(),
  /** Folders that its participant has bound read-only, besides the environment's. */
  binds: z.array(z.strictObject({host: z.string(), inside: z.string()})),
  gpus: z.array(z.int().nonnegative()),
  /** Prepared data: the folder that holds `visible` and `protected`. */
  data: z.string(),
  /** Whether the data were generated in place of the real ones. */
  synthetic: z.boolean(),
  python: z.string(),
  startingScore: z.number(),
  referenceScore: z.number(),
  /** Which these are: a set of the tier's, or the calibration of a host by its id; {@link CALIBRATE} until that is known. */
  constants: z.string(),
  createdAt: z.iso.datetime(),
});

export type AttemptPlan = z.infer<typeof attemptPlanSchema>;
