import * as z from "zod";

/** Where the runner's socket is seen inside a sandbox; `REBENCH_SOCKET` says another place. */
export const ATTEMPT_SOCKET = "/run/rebench/attempt.sock";

/** Environment variables of `guest/client.py`, and of programs that speak as it does. */
export const clientEnvironment = ({socket, token}: {socket: string; token: string}): Record<string, string> => ({
  REBENCH_SOCKET: socket,
  REBENCH_TOKEN: token,
});

/** A longer line is no request; what a service is asked may be long. */
export const MOST_REQUEST_BYTES = (1 << 20) + 4096;

/**
 * What comes from inside, one line of JSON for a connection, answered with one line. Whoever loses the connection before the answer
 * sends the same line again: the id says that it is the same request, which counts once.
 */
const requestSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, "8 to 64 letters, digits, - and _"),
  token: z.string().max(200),
  action: z.enum(["score", "score-log", "submit", "clock-status", "clock-pause", "clock-resume", "service"]),
  /** With `service`, and only with it: any JSON. */
  request: z.unknown().optional(),
});

/** The clock, in every answer that grants something. */
const clockShape = {workingSeconds: z.number(), timeLimitSeconds: z.number(), paused: z.boolean()};

/** One submission's answer. Nothing hidden, no path, no traceback. */
const scoreShape = {
  askedAtSeconds: z.number().describe("Working time at which it was asked for: when it counts."),
  score: z.number().nullable().describe("Raw; null where the submission is not valid, or scores are hidden."),
  valid: z.boolean(),
  message: z.string(),
  repeat: z.boolean(),
};

const granted = <A extends string, T extends z.ZodRawShape>(action: A, shape: T) =>
  z.object({id: z.string(), ok: z.literal(true), action: z.literal(action), ...clockShape, ...shape});

const grantedSchema = z.discriminatedUnion("action", [
  granted("score", {
    ...scoreShape,
    best: z.number().nullable().describe("Best raw score so far; null where there is none, or scores are hidden."),
    direction: z.enum(["lower", "higher"]),
  }),
  granted("score-log", {entries: z.array(z.object(scoreShape))}),
  granted("submit", {}),
  granted("clock-status", {}),
  granted("clock-pause", {}),
  granted("clock-resume", {}),
  granted("service", {answer: z.unknown().describe("Of the environment's service.py.")}),
]);

/**
 * Why a request was not granted. `scorer-broken`, `service-broken`: a fault of ours, and no score or answer. `too-late`: after the limit. `not-allowed`: wrong token,
 * or a wish that this participant does not have, such as a program that wants the clock paused. `bad-request`: no request at all.
 */
const refusedSchema = z.object({
  id: z.string().nullable(),
  ok: z.literal(false),
  code: z.enum(["bad-request", "not-allowed", "too-late", "scorer-broken", "service-broken"]),
  message: z.string().describe("A sentence for the participant."),
});

export const answerSchema = z.union([grantedSchema, refusedSchema]);

export type ClientRequest = z.infer<typeof requestSchema>;
export type ClientAnswer = z.infer<typeof answerSchema>;
export type ClientRefused = z.infer<typeof refusedSchema>;

/** A line from inside; a refusal where it is no request. Whatever else is in it, the answer is short and says what was expected. */
export function parseRequest(line: string): ClientRequest | ClientRefused {
  try {
    const result = requestSchema.safeParse(JSON.parse(line));
    if (result.success && (result.data.action === "service") === (result.data.request !== undefined)) return result.data;
  } catch {} // not JSON: refused as well
  const message = `a request is one line such as {"id": "0123456789abcdef", "token": "…", "action": "score"}`;
  return {id: null, ok: false, code: "bad-request", message};
}

/** An answer as it goes inside. */
export const answerLine = (answer: ClientAnswer): string => `${JSON.stringify(answer)}\n`;
