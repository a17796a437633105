import {readFileSync} from "node:fs";
import {join} from "node:path";
import * as z from "zod";
import {replaceDurably} from "../attempt/replaceDurably.js";

const remoteSchema = z.strictObject({
  kind: z.literal("ssh"),
  /** As ssh knows it. */
  host: z.string(),
  /** The attempt's folder there. */
  folder: z.string(),
  /** Of the runner there, and how it is started. */
  runner: z.string(),
  node: z.string(),
  path: z.string(),
  /** Whether all files have come back, and their checksums were right. */
  isComplete: z.boolean(),
});

const queuedSchema = z.strictObject({
  kind: z.literal("slurm"),
  partition: z.string().nullable(),
  job: z.int().positive(),
  /** In the job's array. */
  task: z.int().nonnegative(),
});

const whereaboutsSchema = z.discriminatedUnion("kind", [remoteSchema, queuedSchema]);

/** Where an attempt is that does not run under this user on this machine alone. */
export type Whereabouts = z.infer<typeof whereaboutsSchema>;
export type RemoteWhereabouts = z.infer<typeof remoteSchema>;
export type QueuedWhereabouts = z.infer<typeof queuedSchema>;

const NAME = "where.json";

export const writeWhereabouts = (folder: string, where: Whereabouts): void =>
  replaceDurably(join(folder, NAME), `${JSON.stringify(where, null, 2)}\n`);

/** Null: here. */
export function whereaboutsOf(folder: string): Whereabouts | null {
  try {
    return whereaboutsSchema.parse(JSON.parse(readFileSync(join(folder, NAME), "utf8")));
  } catch {
    return null;
  }
}
