import * as z from "zod";

/** Attempts that one process is to run: their folders are there, with their plans. It travels on stdin, for it may hold keys. */
export const jobSchema = z.strictObject({
  /** Folder of the attempts, absolute. */
  out: z.string(),
  ids: z.array(z.string()).min(1),
  /** How many of them at a time. */
  parallel: z.int().positive(),
  environmentsDirs: z.array(z.string()),
  pricesFile: z.string().nullable(),
  /** What paths in the agent's spec are relative to. */
  cwd: z.string(),
  /** Keys and addresses of models. */
  models: z.record(z.string(), z.string()),
});

export type Job = z.infer<typeof jobSchema>;
