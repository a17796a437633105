import * as z from "zod";

const seconds = z.number().nonnegative();
const count = z.int().nonnegative();
const hash = z.string().regex(/^[0-9a-f]{32}$/);

/** A text that may have been too long: its beginning and its end, and how many characters between them are not here. */
const keptSchema = z.object({start: z.string(), leftOut: count.default(0), end: z.string().default("")});

export type KeptText = z.infer<typeof keptSchema>;

const partSchema = keptSchema.extend({
  /** `call`: the model wants a tool used; `result`: what it gave; `other`: pictures and the like, named and not kept. */
  type: z.enum(["text", "reasoning", "call", "result", "other"]),
  /** Of the tool. */
  name: z.string().nullable().default(null),
});

export type MessagePart = z.infer<typeof partSchema>;

const common = {
  /** UTC. */
  time: z.iso.datetime(),
  workingSeconds: seconds,
};

/** Of the journal's entry that says the same, where there is one. */
const sequence = count.nullable().default(null);

const messageSchema = z.object({
  kind: z.literal("message"),
  ...common,
  /** Of role and parts: what calls name it by. */
  hash,
  role: z.string(),
  parts: z.array(partSchema),
});

const modelSchema = z.object({
  kind: z.literal("model"),
  ...common,
  /** From 1. */
  call: count,
  model: z.string(),
  wire: z.enum(["openai-chat", "openai-responses", "anthropic-messages"]),
  /** Of the provider's answer; null where there was none. */
  status: z.int().nullable(),
  /** The call whose messages this one begins with, and how many of them; null: it begins anew. */
  follows: count.nullable(),
  kept: count,
  /** Messages after those, by hash. Each stands in a line of its own, above the first call that has it. */
  asked: z.array(hash),
  /** The request was longer than what was handed over: there are no messages of its end. */
  isCut: z.boolean(),
  requestBytes: count,
  /** Fields of the request besides messages, such as temperature. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  answer: z.array(hash),
  usage: z.object({
    input: count.nullable(),
    output: count.nullable(),
    cacheRead: count.nullable(),
    cacheWrite: count.nullable(),
    reasoning: count.nullable(),
  }),
  usageKnown: z.boolean(),
  costUsd: z.number().nonnegative().nullable(),
  generatingSeconds: seconds,
  /** Waited for the provider, with the clock stopped. */
  pausedSeconds: seconds,
  tries: count,
  failure: z.string().nullable(),
});

const commandSchema = z.object({
  kind: z.literal("command"),
  ...common,
  /** From 1. */
  number: count,
  /** `whole`: it is over, and its output is here; one that takes longer has an entry at its start and one at its end, between them its output. */
  state: z.enum(["whole", "started", "ended"]),
  argv: z.array(z.string()),
  cwd: z.string().nullable(),
  /** Null where a signal ended it, and at its start. */
  exitCode: z.int().nullable(),
  signal: z.string().nullable(),
  timedOut: z.boolean(),
  seconds: seconds.nullable(),
  output: keptSchema,
  /** The whole output, from the transcript's folder; null where all of it is here, or there was no room for it. */
  log: z.string().nullable(),
});

const outputSchema = z.object({
  kind: z.literal("output"),
  ...common,
  /** The number of the command that wrote it; null where it was none. */
  command: count.nullable(),
  stream: z.enum(["stdout", "stderr"]),
  text: z.string(),
});

const scoreSchema = z.object({
  kind: z.literal("score"),
  ...common,
  sequence,
  requestId: z.string(),
  /** When it was asked for: that is when it counts. */
  askedAtSeconds: seconds,
  /** Raw; null where the submission was not valid. */
  score: z.number().nullable(),
  valid: z.boolean(),
  message: z.string(),
  /** The same submission was scored before, and this is that answer. */
  repeat: z.boolean(),
  remeasured: z.boolean(),
  scoringSeconds: seconds,
});

const serviceSchema = z.object({
  kind: z.literal("service"),
  ...common,
  /** JSON, as the participant sent it to the environment's service. */
  request: keptSchema,
  /** JSON; null where the service failed. */
  answer: keptSchema.nullable(),
  seconds,
});

const pauseSchema = z.object({kind: z.literal("pause"), ...common, sequence, reason: z.string()});
const resumeSchema = z.object({kind: z.literal("resume"), ...common, sequence, reason: z.string(), pausedSeconds: seconds});
const limitSchema = z.object({kind: z.literal("limit"), ...common, sequence, limit: z.string()});
const noteSchema = z.object({kind: z.literal("note"), ...common, sequence, text: z.string()});
const endSchema = z.object({kind: z.literal("end"), ...common, sequence, reason: z.string(), detail: z.string().nullable()});

/** One line of transcript.jsonl. Fields that are not known here are those of a later version, and left out. */
export const transcriptEntrySchema = z.discriminatedUnion("kind", [
  messageSchema,
  modelSchema,
  commandSchema,
  outputSchema,
  scoreSchema,
  serviceSchema,
  pauseSchema,
  resumeSchema,
  limitSchema,
  noteSchema,
  endSchema,
]);

export type TranscriptEntry = z.infer<typeof transcriptEntrySchema>;
export type TranscriptKind = TranscriptEntry["kind"];
export type EntryOf<Kind extends TranscriptKind> = Extract<TranscriptEntry, {kind: Kind}>;

/** Everything of an entry but when. */
export type NewEntry = TranscriptEntry extends infer Entry
  ? Entry extends TranscriptEntry
    ? Omit<Entry, "time" | "workingSeconds">
    : never
  : never;
