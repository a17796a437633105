import * as z from "zod";
import {agentLabel, HUMAN} from "./agentLabel.js";

/** Version of the record format; a reader refuses newer ones. */
export const RECORD_VERSION = 1;

/** Who a flag that follows from the record itself is signed by. */
export const IMPORT_AUTHOR = "rebench import";

/** Scores beyond it, in either direction, are refused: no measurement is that large, and sums of such scores mean nothing. */
export const LARGEST_SCORE = 1e9;
export const SCORE_RANGE = "a number from -1e9 to 1e9";

const seconds = z.number().nonnegative();
const score = z.number().min(-LARGEST_SCORE, SCORE_RANGE).max(LARGEST_SCORE, SCORE_RANGE);
const count = z.number().int().nonnegative();
const text = z.string().min(1);
/** What names something, and is shown in tables. */
const label = text.max(500, "a text of at most 500 characters");
const timestamp = z.iso.datetime("a time in UTC, such as 2026-01-31T12:00:00Z").describe("UTC, such as 2026-01-31T12:00:00Z");

/** `field` may be null or left out; both mean that it is not known. */
const optional = <T extends z.ZodType>(field: T) => field.nullable().default(null);

const agentSchema = z.strictObject({
  kind: z.literal("agent"),
  model: optional(label),
  scaffold: optional(label),
  alias: optional(label).describe("The source's name for it, used where no scaffold is known."),
});

const humanSchema = z.strictObject({
  kind: z.literal("human"),
  person: optional(label).describe("A pseudonym, never a name."),
  cohort: optional(label).describe("Where the person was recruited."),
  yearsExperience: optional(z.number().nonnegative()),
});

const pauseSchema = z.strictObject({
  atWorkingSeconds: seconds.describe("Working time when the pause began."),
  seconds: seconds.describe("How long it lasted."),
  reason: text,
});

const scoreLogEntrySchema = z.strictObject({
  workingSeconds: seconds.describe("Working time since the start."),
  score: optional(score).describe("On the record's scoreScale; null when the submission was not valid."),
  message: optional(z.string()),
});

const tokenUsageSchema = z.strictObject({
  model: text,
  input: optional(count),
  output: optional(count),
  cacheRead: optional(count),
  cacheWrite: optional(count),
  reasoning: optional(count).describe("Part of output unless the source says otherwise."),
});

/** One decision about a flag. An attempt carries a flag when the last event of that name is `add`. */
export const flagEventSchema = z.strictObject({
  flag: z.string().regex(/^[a-z][a-z0-9-]*$/, "lower-case letters, digits and -"),
  action: z.enum(["add", "remove"]).default("add"),
  author: optional(text),
  reason: optional(text),
  time: optional(timestamp).describe("Null for a flag that import derived from the record itself."),
});

const provenanceSchema = z.strictObject({
  sourceFile: text.describe("Name of the file, without its folder."),
  sourceSha256: z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits"),
  format: text,
  toolVersion: text.describe("Version of rebench that read it."),
});

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const TRANSCRIPT = "an http(s) address, or a path below the attempt's folder";

/** A path below the attempt's folder, or a web address; nothing that a page could execute. */
const transcriptSchema = z
  .string()
  .min(1, TRANSCRIPT)
  .refine(isTranscript, `${TRANSCRIPT}, without spaces (%20) and invisible characters`)
  .describe("An http(s) address, or a path below the attempt's folder. Spaces are written %20.");

function isTranscript(value: string): boolean {
  if (/[\s\p{C}\p{Z}]/u.test(value)) return false; // white space, control characters, and those that reorder or hide text
  if (/^https?:\/\//i.test(value)) return URL.canParse(value);
  const decoded = percentDecoded(value);
  return decoded !== null && isPathBelow(value) && isPathBelow(decoded);
}

/** Decoded as often as it can be; null where a % begins no character. */
function percentDecoded(value: string): string | null {
  try {
    const decoded = decodeURIComponent(value);
    return decoded === value ? value : percentDecoded(decoded);
  } catch {
    return null;
  }
}

const isPathBelow = (path: string) =>
  !/^[a-z][a-z0-9+.-]*:/i.test(path) && !/^[/\\]/.test(path) && !/\p{Cc}/u.test(path) && !path.split(/[/\\]/).includes("..");

/** One attempt at one environment, by an agent or a person. Missing is null, never 0. */
export const attemptSchema = z
  .strictObject({
    schemaVersion: z.literal(RECORD_VERSION, `${RECORD_VERSION} (a record of a higher version needs a newer rebench)`),
    id: label,
    participant: z.discriminatedUnion("kind", [agentSchema, humanSchema]),
    environment: text.describe("Canonical name; aliases are replaced when a file is read."),
    environmentVersion: optional(text),
    tier: optional(z.enum(["full", "small"])),
    timeLimitSeconds: optional(z.number().positive()),
    timeLimitAssumed: z.boolean().default(false).describe("True where the source records no limit and the importer was told one."),
    workingSeconds: optional(seconds).describe("Time worked, pauses excluded."),
    startedAt: optional(timestamp),
    endedAt: optional(timestamp),
    pauses: optional(z.array(pauseSchema)).describe("Empty when there were none, null when the source does not say."),
    status: z.enum(["finished", "error"]).describe("`error`: lost to infrastructure, not the participant's doing."),
    endReason: optional(text),
    scoreScale: z.enum(["raw", "normalized"]).default("raw").describe("`normalized`: the source's scores came normalized and are kept so."),
    startingScore: optional(score).describe("Raw score that was 0 when this attempt was made."),
    referenceScore: optional(score).describe("Raw score that was 1 when this attempt was made."),
    finalScore: optional(score).describe("What the attempt ended with, on scoreScale; null when no score was valid."),
    finalScoreRule: z
      .enum(["best", "last", "first", "remeasured", "reported"])
      .describe(
        "How finalScore came from the score log; `remeasured`: the best submission measured again; `reported`: the source says only the result.",
      ),
    scoreLog: optional(z.array(scoreLogEntrySchema)).describe(
      "By working time; empty when nothing was scored, null when the source has none.",
    ),
    scoreMatchedExpectation: optional(z.boolean()),
    tokenUsage: optional(z.array(tokenUsageSchema)),
    generatingSeconds: optional(seconds).describe("Time spent waiting for the model."),
    actualCostUsd: optional(z.number().nonnegative()).describe("Paid."),
    nominalCostUsd: optional(z.number().nonnegative()).describe("At list price, as if no answer had come from a cache of ours."),
    host: optional(z.record(z.string(), scalar)),
    seed: optional(z.number().int()),
    transcript: optional(transcriptSchema),
    sourceFields: optional(z.record(z.string(), scalar)).describe("Fields of the source that have no place above, kept as they were."),
    flags: z.array(flagEventSchema).default([]),
    provenance: optional(provenanceSchema),
  })
  .superRefine((attempt, context) => {
    if (attempt.participant.kind === "agent" && agentLabel(attempt.participant) === HUMAN) {
      const {alias, scaffold} = attempt.participant;
      const field = alias !== null ? "alias" : scaffold !== null ? "scaffold" : "model";
      context.addIssue({
        code: "custom",
        path: ["participant", field],
        message: `a name other than "${HUMAN}", which is what all people together are called`,
      });
    }
    if ((attempt.startingScore === null) !== (attempt.referenceScore === null)) {
      context.addIssue({code: "custom", path: ["referenceScore"], message: "both startingScore and referenceScore, or neither"});
    } else if (attempt.startingScore !== null && attempt.startingScore === attempt.referenceScore) {
      context.addIssue({code: "custom", path: ["referenceScore"], message: "a score other than startingScore"});
    }
    const log = attempt.scoreLog ?? [];
    const early = log.findIndex((entry, i) => i > 0 && entry.workingSeconds < log[i - 1]!.workingSeconds);
    if (early > 0) {
      context.addIssue({
        code: "custom",
        path: ["scoreLog", early, "workingSeconds"],
        message: "a time not before that of the entry above it",
      });
    }
  });

/** One attempt, every field present: the only shape that is stored. */
export type Attempt = z.infer<typeof attemptSchema>;
/** One attempt as people may write it: fields that are not known may be left out. */
export type AttemptInput = z.input<typeof attemptSchema>;
export type Participant = Attempt["participant"];
export type FlagEvent = Attempt["flags"][number];
export type Provenance = NonNullable<Attempt["provenance"]>;
export type ScoreLogEntry = NonNullable<Attempt["scoreLog"]>[number];
