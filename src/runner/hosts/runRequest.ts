import * as z from "zod";
import {SANDBOX_CHOICES} from "../sandbox/sandboxChoices.js";

/** What `rebench run` asks for, before a machine has said which Python and data it has. */
export const runRequestSchema = z.strictObject({
  environment: z.string(),
  attempts: z.int().positive(),
  agent: z.string(),
  person: z.string().nullable(),
  cohort: z.string().nullable(),
  tier: z.enum(["small", "full"]),
  /** Null: what is usual for the tier. */
  timeLimitSeconds: z.number().positive().nullable(),
  /** The language model that is part of the task; null: none was named. */
  taskModel: z.string().nullable(),
  network: z.enum(["none", "model", "host"]),
  sandbox: z.enum(SANDBOX_CHOICES),
  host: z.string(),
  seed: z.int(),
  binds: z.array(z.strictObject({host: z.string(), inside: z.string()})),
  gpus: z.array(z.int().nonnegative()),
  synthetic: z.boolean(),
  /** Null: those of the host for timed environments, else the tier's default. */
  constants: z.string().nullable(),
  /** Null: the one that is found there. */
  python: z.string().nullable(),
  limits: z.strictObject({
    tokens: z.number().positive().nullable(),
    costUsd: z.number().positive().nullable(),
    taskTokens: z.number().positive().nullable(),
    taskCostUsd: z.number().positive().nullable(),
    memoryBytes: z.number().positive().optional(),
  }),
});

export type RunRequest = z.infer<typeof runRequestSchema>;
