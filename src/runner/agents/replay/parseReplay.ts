import * as z from "zod";
import {RebenchError} from "../../../errors.js";
import {actionsOfTranscript} from "./actionsOfTranscript.js";

const atWorkingSeconds = z.number().nonnegative().default(0);
const bytes = {content: z.string().optional(), contentBase64: z.base64().optional()};

const actionSchema = z.discriminatedUnion("action", [
  z.object({action: z.literal("write"), atWorkingSeconds, path: z.string().min(1), ...bytes}),
  z.object({
    action: z.literal("exec"),
    atWorkingSeconds,
    /** A text is for a shell. */
    command: z.union([z.string().min(1), z.array(z.string()).min(1)]),
    timeoutSeconds: z.number().positive().nullable().default(null),
    stdinBase64: z.base64().optional(),
    environment: z.record(z.string(), z.string()).optional(),
    cwd: z.string().optional(),
  }),
  z.object({action: z.literal("score"), atWorkingSeconds}),
  z.object({action: z.literal("submit"), atWorkingSeconds}),
]);

/** Something that an agent did. */
export type ReplayAction = z.infer<typeof actionSchema>;

/**
 * What is replayed: a JSON list of actions, the same as lines of JSON, or the transcript of an attempt, of which commands, scores and the
 * submission are taken.
 *
 * @throws RebenchError `invalid-record` with the place of what cannot be understood.
 */
export function parseReplay(text: string, file: string): ReplayAction[] {
  const trimmed = text.trimStart();
  if (trimmed.startsWith("[")) return entriesOf(trimmed, file).map((entry, i) => action(entry, `${file}, entry ${i + 1}`));
  const lines = text.split("\n").map((line, i) => ({line, where: `${file}, line ${i + 1}`}));
  const found = lines.filter(({line}) => line.trim() !== "").map(({line, where}) => ({value: json(line, where), where}));
  if (found.some(({value}) => isObject(value) && "kind" in value)) return actionsOfTranscript(found.map(({value}) => value));
  return found.map(({value, where}) => action(value, where));
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

function entriesOf(text: string, file: string): unknown[] {
  const value = json(text, file);
  return Array.isArray(value) ? value : [value];
}

function json(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(`${where}: ${(cause as Error).message}`, cause);
  }
}

function action(value: unknown, where: string): ReplayAction {
  const result = actionSchema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(`${where}:\n${z.prettifyError(result.error)}`);
}

const invalid = (problem: string, cause?: unknown) =>
  new RebenchError("invalid-record", {
    problem,
    hint: `A replay is a JSON list such as [{"atWorkingSeconds": 0, "action": "exec", "command": "ls"}, {"action": "score"}], or a transcript.`,
    cause,
  });
