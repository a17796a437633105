import {timingSafeEqual} from "node:crypto";
import {chmodSync, chownSync, rmSync} from "node:fs";
import {createServer, type Socket} from "node:net";
import type {Environment} from "../../environment/environment.js";
import {RebenchError} from "../../errors.js";
import type {ScoreAnswer} from "../agents/agent.js";
import type {ServiceDesk} from "../service/serviceDesk.js";
import {bestShown} from "./bestScored.js";
import {answerLine, type ClientAnswer, type ClientRefused, type ClientRequest, MOST_REQUEST_BYTES, parseRequest} from "./protocol.js";

/** What participants may wish for, from inside. */
export type AttemptDesk = {
  score(requestId: string): Promise<ScoreAnswer>;
  scores(): readonly ScoreAnswer[];
  submit(): void;
  clock(): {workingSeconds: number; timeLimitSeconds: number; paused: boolean};
  /** Null where this participant has no say over the clock: only people have. */
  breaks: {pause(): Promise<void>; resume(): Promise<void>} | null;
  /** Asks the environment's service, JSON for JSON; null where it has none. */
  service: ServiceDesk | null;
};

export type AttemptServerOptions = {
  socketPath: string;
  /** Of this attempt alone. */
  token: string;
  /** Who may connect, where that is not the user who runs this. */
  owner: {uid: number; gid: number} | null;
  environment: Environment;
  desk: AttemptDesk;
  onFault: (error: unknown) => void;
  /** How long a client may take for its line, and for taking its answer. */
  silenceMilliseconds?: number;
};

const MOST_CONNECTIONS = 64;
const SILENCE_MILLISECONDS = 30_000;

/** Answers `score`, `clock`, `submit` and `service` from inside a sandbox: a line of JSON for a line of JSON. See protocol.ts. */
export async function startAttemptServer(options: AttemptServerOptions): Promise<{close(): Promise<void>}> {
  const {socketPath, owner} = options;
  rmSync(socketPath, {force: true});
  const open = new Set<Socket>();
  const server = createServer({allowHalfOpen: true}, (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket)).on("error", () => socket.destroy());
    serve(socket, options);
  });
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(socketPath, resolve));
  chmodSync(socketPath, 0o600);
  if (owner !== null) chownSync(socketPath, owner.uid, owner.gid);
  return {
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** One line in, one line out. Whoever sends more, or nothing, or does not take the answer, is cut off. */
function serve(socket: Socket, options: AttemptServerOptions): void {
  const received: Buffer[] = [];
  let size = 0;
  let [isTaken, isWorking] = [false, false];
  socket.setTimeout(options.silenceMilliseconds ?? SILENCE_MILLISECONDS, () => !isWorking && socket.destroy());
  socket.on("end", () => !isTaken && socket.destroy()); // one that has said its line may close its side and still be answered
  socket.on("data", (chunk) => {
    if (isTaken) return;
    const end = chunk.indexOf(0x0a);
    received.push(end < 0 ? chunk : chunk.subarray(0, end));
    size += received.at(-1)!.length;
    if (end < 0 && size <= MOST_REQUEST_BYTES) return;
    [isTaken, isWorking] = [true, true];
    const line = size > MOST_REQUEST_BYTES ? "" : Buffer.concat(received).toString("utf8"); // a longer one is no request
    answer(line, options)
      .catch((error: unknown) => {
        options.onFault(error);
        return refused(null, "scorer-broken", "something went wrong in the runner, through no fault of yours; ask again later");
      })
      .then((reply) => {
        isWorking = false;
        socket.end(answerLine(reply));
        socket.setTimeout(options.silenceMilliseconds ?? SILENCE_MILLISECONDS);
      });
  });
}

async function answer(line: string, {token, desk, environment}: AttemptServerOptions): Promise<ClientAnswer> {
  const request = parseRequest(line);
  if ("ok" in request) return request;
  if (!sameToken(request.token, token)) return refused(request.id, "not-allowed", "the token is not this attempt's");
  try {
    return await granted(request, desk, environment);
  } catch (error) {
    if (!(error instanceof RebenchError)) throw error;
    if (error.code === "too-late") return refused(request.id, "too-late", error.problem);
    if (error.code === "scorer-broken") return refused(request.id, "scorer-broken", error.problem);
    if (error.code === "service-broken") return refused(request.id, "service-broken", SERVICE_BROKEN);
    throw error;
  }
}

const SERVICE_BROKEN = "the environment's service gave no answer, through no fault of yours; ask again later";

async function granted({id, action, request}: ClientRequest, desk: AttemptDesk, environment: Environment): Promise<ClientAnswer> {
  const about = () => ({id, ok: true as const, ...desk.clock()});
  switch (action) {
    case "score": {
      const answered = await desk.score(id);
      return {...about(), action, ...scoreOf(answered), best: bestShown(desk.scores(), environment), direction: environment.direction};
    }
    case "score-log":
      return {...about(), action, entries: desk.scores().map(scoreOf)};
    case "submit":
      desk.submit();
      return {...about(), action};
    case "clock-status":
      return {...about(), action};
    case "service": {
      if (desk.service === null) return refused(id, "not-allowed", "this environment has no service");
      const answer = await desk.service(id, request);
      return {...about(), action, answer};
    }
    default: {
      if (desk.breaks === null) return refused(id, "not-allowed", "the clock cannot be stopped by a program");
      await (action === "clock-pause" ? desk.breaks.pause() : desk.breaks.resume());
      return {...about(), action};
    }
  }
}

const scoreOf = ({score, valid, message, repeat, workingSeconds}: ScoreAnswer) => ({
  askedAtSeconds: workingSeconds,
  score,
  valid,
  message,
  repeat,
});

const refused = (id: string | null, code: ClientRefused["code"], message: string): ClientRefused => ({id, ok: false, code, message});

/** Takes the same time for every wrong token of a length. */
function sameToken(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
