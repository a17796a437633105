import * as z from "zod";

const aideNodeSchema = z.strictObject({
  /** Place in the list of nodes. */
  id: z.int().nonnegative(),
  stage: z.enum(["draft", "debug", "improve"]),
  /** The node that it was made from; null for drafts. */
  parent: z.int().nonnegative().nullable(),
  /** Steps of debugging in a row that led here; 0 for drafts and improvements. */
  debugDepth: z.int().nonnegative(),
  plan: z.string(),
  /** Empty where the model gave none. */
  code: z.string(),
  /** The end of what the program printed, and how it ended. */
  output: z.string(),
  isBuggy: z.boolean(),
  /** What the scorer said of it. The score is raw; null where it is not valid or not shown. */
  isValid: z.boolean(),
  score: z.number().nullable(),
  /** What the model said that came of it. */
  summary: z.string(),
});

/** What an AIDE agent knows: saved after each node, and all that is needed to go on. */
export const aideStateSchema = z.strictObject({
  version: z.literal(1),
  /** What was in the workspace and the data at the beginning. */
  overview: z.string(),
  nodes: z.array(aideNodeSchema),
  /** Of the tree's own random streams, one for each choice: taken up again, it goes on as it would have. */
  seed: z.int().nonnegative(),
  /** The node whose files are kept for the end; null where there is none yet. */
  kept: z.int().nonnegative().nullable(),
});

export type AideNode = z.infer<typeof aideNodeSchema>;
export type AideState = z.infer<typeof aideStateSchema>;
