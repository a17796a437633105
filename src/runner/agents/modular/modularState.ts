import * as z from "zod";

const message = z.strictObject({role: z.enum(["system", "user", "assistant"]), content: z.string()});

/** What a modular agent knows: saved after each turn, and all that is needed to go on. */
export const modularStateSchema = z.strictObject({
  version: z.literal(1),
  messages: z.array(message).min(2),
  dropped: z.int().nonnegative(),
  turns: z.int().nonnegative(),
  commandSeconds: z.number().positive(),
  /** Tokens that were counted for each token estimated. */
  calibration: z.number().positive(),
  /** How many of the nudges were given. */
  nudges: z.int().nonnegative(),
  hasPython: z.boolean(),
  /** The last answer was not acted on to the end. */
  isActing: z.boolean(),
  /** The last answer was cut off. */
  isCut: z.boolean(),
  /** Answers in a row in which no action was found. */
  unreadable: z.int().nonnegative(),
});

export type ModularState = z.infer<typeof modularStateSchema>;
