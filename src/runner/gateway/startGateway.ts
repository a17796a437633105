import {chmodSync, chownSync, mkdirSync, rmSync} from "node:fs";
import {createServer, type IncomingMessage, type Server, type ServerResponse} from "node:http";
import type {AddressInfo} from "node:net";
import {join} from "node:path";
import {RebenchError} from "../../errors.js";
import {answerClient} from "./answerClient.js";
import type {ModelLine} from "./modelLine.js";

export type GatewayOptions = {
  /** Private to the attempt; made where it is missing, and closed to other users (0700). */
  socketFolder: string;
  /** What clients show: of this attempt alone. */
  token: string;
  /** Who may connect, where that is not the user who runs this: the uid inside a sandbox. */
  owner?: {uid: number; gid: number};
  /** Also on 127.0.0.1, for attempts on the host's network. */
  listen?: {tcp: true};
  /** Told of what went wrong in here, which a participant only sees as status 500. */
  onFault?(error: Error): void;
  /** Told of questions that no provider answered, and why, which whoever asks need not know: `model-key-refused`, `model-unavailable`. */
  onUnanswered?(error: RebenchError): void;
  /** How long this gateway's questions have waited for providers so far, in all: each answer says it, for whoever measures time. */
  waitedSeconds?(): number;
  /** For clients that are slow on purpose. */
  headersSeconds?: number;
  requestSeconds?: number;
};

export type Gateway = {
  /** `model.sock` in the folder. */
  socketPath: string;
  /** Null where it does not listen on TCP. */
  port: number | null;
  /** Ends every call and connection. */
  close(): Promise<void>;
};

export const SOCKET_NAME = "model.sock";

/** Longest path of a Unix socket on Linux, 107 bytes, and on macOS, 103. */
const LONGEST_PATH_BYTES = process.platform === "darwin" ? 103 : 107;
const SHORTEST_TOKEN = 16;
const MOST_CONNECTIONS = 1024;

/**
 * Serves one attempt's questions to models over HTTP, on a Unix socket: OpenAI's chat completions and responses, Anthropic's messages,
 * and the list of models. Whoever asks has to show the token; keys of providers stay here.
 */
export async function startGateway(line: ModelLine, options: GatewayOptions): Promise<Gateway> {
  if (options.token.length < SHORTEST_TOKEN) {
    throw new RebenchError("usage", {
      problem: `a token of the gateway needs ${SHORTEST_TOKEN} characters or more`,
      hint: "Make a random one.",
    });
  }
  const socketPath = prepareSocket(options);
  const handler = answerClient(line, options.token, {
    onFault: options.onFault ?? (() => {}),
    onUnanswered: options.onUnanswered ?? (() => {}),
    waitedSeconds: options.waitedSeconds ?? null,
  });
  const servers: Server[] = [];
  const listen = async (where: {path: string} | {port: number; host: string}) => {
    const server = serverOf(handler, options);
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(where, resolve));
    servers.push(server);
    return server;
  };
  await listen({path: socketPath});
  chmodSync(socketPath, 0o600);
  if (options.owner) chownSync(socketPath, options.owner.uid, options.owner.gid);
  const tcp = options.listen?.tcp ? await listen({port: 0, host: "127.0.0.1"}) : null;
  return {
    socketPath,
    port: tcp && (tcp.address() as AddressInfo).port,
    close: async () => {
      line.close();
      await Promise.all(servers.map(closed));
    },
  };
}

function prepareSocket({socketFolder, owner}: GatewayOptions): string {
  const path = join(socketFolder, SOCKET_NAME);
  if (Buffer.byteLength(path) > LONGEST_PATH_BYTES) {
    throw new RebenchError("unwritable-file", {
      problem: `a socket cannot have a path as long as ${path} (${Buffer.byteLength(path)} bytes, at most ${LONGEST_PATH_BYTES})`,
      hint: "Choose a folder with a shorter path.",
    });
  }
  mkdirSync(socketFolder, {recursive: true});
  chmodSync(socketFolder, 0o700);
  if (owner) chownSync(socketFolder, owner.uid, owner.gid);
  rmSync(path, {force: true}); // of a runner that was killed
  return path;
}

function serverOf(handler: (request: IncomingMessage, response: ServerResponse) => void, options: GatewayOptions): Server {
  const headersTimeout = (options.headersSeconds ?? 30) * 1000;
  const requestTimeout = (options.requestSeconds ?? 600) * 1000; // a participant may be frozen in the middle of a request
  const connectionsCheckingInterval = Math.min(5000, headersTimeout);
  const server = createServer({headersTimeout, requestTimeout, connectionsCheckingInterval, keepAliveTimeout: 60_000}, handler);
  server.maxConnections = MOST_CONNECTIONS;
  return server;
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
