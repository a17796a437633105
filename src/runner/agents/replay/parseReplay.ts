import {z} from "zod";
import {RebenchError} from "../../../errors.js";

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
 * What is replayed: a JSON list of actions, or lines of JSON such as a transcript, of which those are taken that say what the agent did:
 * lines with an `action` as in the list, or with a `type` of the same names.
 *
 * @throws RebenchError `invalid-record` with the place of what cannot be understood.
 */
export function parseReplay(text: string, file: string): ReplayAction[] {
  const trimmed = text.trimStart();
  if (trimmed.startsWith("[")) return entriesOf(trimmed, file).map((entry, i) => action(entry, `${file}, entry ${i + 1}`));
  const lines = text.split("\n").map((line, i) => ({line, where: `${file}, line ${i + 1}`}));
  const found = lines.filter(({line}) => line.trim() !== "").map(({line, where}) => ({value: json(line, where), where}));
  return found.flatMap(({value, where}) => {
    const named = withAction(value);
    return named === null ? [] : [action(named, where)];
  });
}

const NAMES: readonly unknown[] = ["write", "exec", "score", "submit"];

/** A line of a transcript as an action; null for lines about something else. */
function withAction(value: unknown): Record<string, unknown> | null {
  if (typeof value !== "object" || value === null) return null;
  const line = value as Record<string, unknown>;
  const name = line.action ?? line.type;
  return NAMES.includes(name) ? {...line, action: name, atWorkingSeconds: line.atWorkingSeconds ?? line.workingSeconds} : null;
}

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
