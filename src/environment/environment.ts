import * as z from "zod";

const constantsSchema = z
  .strictObject({
    startingScore: z.number().describe("Raw score of the starting solution; becomes 0."),
    referenceScore: z.number().describe("Raw score of the reference solution; becomes 1."),
    source: z.string().min(1),
  })
  .refine(({startingScore, referenceScore}) => startingScore !== referenceScore, "startingScore and referenceScore must differ");

const tierSchema = z
  .strictObject({
    machine: z.strictObject({
      gpus: z.int().nonnegative(),
      gpuModel: z.string().nullable(),
      cpus: z.int().positive(),
      /** GiB. */
      memoryGb: z.number().positive(),
    }),
    defaultConstants: z.string(),
    constants: z.record(z.string(), constantsSchema),
  })
  .refine(({defaultConstants, constants}) => Object.hasOwn(constants, defaultConstants), "defaultConstants must name one of constants");

const tierNumbers = z.partialRecord(z.enum(["full", "small"]), z.number().positive());

/** What the runner has to know to put somebody into the environment. */
const runnerSchema = z
  .strictObject({
    submission: z.array(z.string().min(1)).min(1).describe("Paths in the workspace that are scored: files, or folders whole."),
    maxBytes: z.int().positive().describe("Of all files of a submission."),
    maxFiles: z.int().positive(),
    maxDepth: z.int().positive(),
    scoringCountsTime: z.boolean().describe("Whether the clock goes on while a submission is scored."),
    remeasureBest: z.boolean().describe("Whether the best submission is measured again at the end, because scores are noisy."),
    scoringTimeoutSeconds: tierNumbers,
    timeLimitSeconds: tierNumbers.describe("Limits that are usual for a tier."),
    needs: z.array(z.string()).describe("Python packages of prepare.py, scorer.py and the starting solution."),
    programs: z
      .array(z.enum(["rustc"]))
      .default([])
      .describe("Programs outside `/usr` that participants and judges are shown, with all they need."),
    timed: z
      .boolean()
      .default(false)
      .describe("Whether scores are times: constants are then measured on each host, and nothing else of ours runs while one is taken."),
    service: z.boolean().default(false).describe("Whether service.py answers what participants ask, outside of their sandbox."),
    taskModel: z
      .array(z.enum(["full", "small"]))
      .default([])
      .describe("Tiers at which scorer and service ask a language model that is part of the task: a judge, or a weak model to work with."),
  })
  .refine(({timed, scoringCountsTime}) => !(timed && scoringCountsTime), {
    path: ["scoringCountsTime"],
    message: "false where scores are times: attempts wait for each other's",
  });

/** What `environments/NAME/environment.json` must hold. */
export const environmentSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9_]*$/, "lower-case letters, digits and _"),
    version: z.string().min(1),
    title: z.string().min(1),
    aliases: z.array(z.string()).default([]),
    category: z.enum(["runtime", "loss", "win-rate"]),
    rawScore: z.strictObject({
      description: z.string(),
      transform: z.enum(["identity", "ln", "ln-minus-1.5"]).describe("Natural value → raw score."),
      naturalUnit: z.string(),
    }),
    direction: z.enum(["lower", "higher"]).describe("Which raw scores are better."),
    scoreHidden: z.boolean().describe("Whether participants are told their scores."),
    scoreRule: z.enum(["best", "last", "first"]).describe("Which entry of its score log an attempt counts with."),
    combine: z.enum(["best", "mean"]).describe("How k attempts combine: the best of them, or their mean."),
    timeLimitSeconds: z.number().positive(),
    tiers: z.partialRecord(z.enum(["full", "small"]), tierSchema),
    reference: z
      .strictObject({
        linesOfCode: z.int().positive(),
        runAndScoreSeconds: z.number().positive().nullable(),
        source: z.string(),
      })
      .nullable()
      .default(null),
    estimatedCeiling: z
      .strictObject({low: z.number(), high: z.number(), constants: z.string(), source: z.string()})
      .nullable()
      .default(null)
      .describe("Best score thought possible, normalized with the named constants of tier full."),
    startingScoreDeviation: z
      .strictObject({value: z.number().nonnegative(), source: z.string()})
      .nullable()
      .default(null)
      .describe("Standard deviation of the normalized starting score when it is measured again."),
    runner: runnerSchema.nullable().default(null).describe("Null for an environment that is known to the analysis alone."),
  })
  .refine(
    ({scoreHidden, combine}) => !scoreHidden || combine === "mean",
    "attempts with hidden scores cannot be picked by score: combine must be mean",
  )
  .refine(({estimatedCeiling, tiers}) => !estimatedCeiling || Object.hasOwn(tiers.full?.constants ?? {}, estimatedCeiling.constants), {
    path: ["estimatedCeiling", "constants"],
    message: "must name one of the constants of tier full",
  })
  .refine(({estimatedCeiling}) => !estimatedCeiling || estimatedCeiling.low <= estimatedCeiling.high, {
    path: ["estimatedCeiling"],
    message: "low must not be above high",
  })
  .superRefine(({tiers, direction}, context) => {
    for (const [tier, {constants}] of Object.entries(tiers)) {
      for (const [name, {startingScore, referenceScore}] of Object.entries(constants)) {
        if (referenceScore > startingScore === (direction === "higher")) continue;
        const message = `referenceScore must be better than startingScore, and ${direction} is better`;
        context.addIssue({code: "custom", path: ["tiers", tier, "constants", name], message});
      }
    }
  });

/** One environment: instructions, start and scorer, as far as the analysis needs to know it. */
export type Environment = z.infer<typeof environmentSchema>;
export type Tier = "full" | "small";
export type ScoreRule = Environment["scoreRule"];
export type Constants = {startingScore: number; referenceScore: number};
