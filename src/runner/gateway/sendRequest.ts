import http, {type IncomingMessage} from "node:http";
import https from "node:https";

export type OutgoingRequest = {
  url: string;
  headers: Record<string, string>;
  body: Buffer;
  connectSeconds: number;
  /** Ends a connection on which nothing arrives for so long. */
  silenceSeconds: number;
  agents: ConnectionAgents;
  signal: AbortSignal;
};

/** Connections that are kept for the next request, of one attempt. */
export type ConnectionAgents = {"http:": http.Agent; "https:": https.Agent; close(): void};

export function connectionAgents(): ConnectionAgents {
  const options = {keepAlive: true, maxFreeSockets: 16};
  const agents = {"http:": new http.Agent(options), "https:": new https.Agent(options)};
  return {
    ...agents,
    close: () => {
      agents["http:"].destroy();
      agents["https:"].destroy();
    },
  };
}

/** Posts, and resolves with the answer's beginning. @throws Error where there is no answer; the signal's reason when it was aborted. */
export async function sendRequest(request: OutgoingRequest): Promise<IncomingMessage> {
  for (let tries = 1; ; ++tries) {
    try {
      return await sendOnce(request);
    } catch (error) {
      // A kept connection may have been closed at the other end while the request was on its way: that is no failure of the provider.
      if (!(error instanceof StaleConnection) || tries > 3) throw error instanceof StaleConnection ? error.cause : error;
    }
  }
}

class StaleConnection extends Error {}

function sendOnce({url, headers, body, agents, signal, connectSeconds, silenceSeconds}: OutgoingRequest): Promise<IncomingMessage> {
  const address = new URL(url);
  const {request: open} = address.protocol === "https:" ? https : http;
  const agent = agents[address.protocol as "http:" | "https:"];
  return new Promise((resolve, reject) => {
    const request = open(address, {method: "POST", agent, headers: {...headers, "content-length": body.length}, signal});
    request.on("response", resolve);
    request.on("error", (error: NodeJS.ErrnoException) => {
      const isStale = request.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
      reject(signal.aborted ? signal.reason : isStale ? new StaleConnection("stale", {cause: error}) : error);
    });
    request.setTimeout(silenceSeconds * 1000, () => request.destroy(new Error(`nothing arrived for ${silenceSeconds} s`)));
    request.on("socket", (socket) => {
      if (!socket.connecting) return;
      const late = () => request.destroy(new Error(`no connection within ${connectSeconds} s`));
      const timer = setTimeout(late, connectSeconds * 1000);
      for (const event of ["connect", "close"]) socket.once(event, () => clearTimeout(timer));
    });
    request.end(body);
  });
}

/** The rest of an answer. @throws Error where it is cut off, or longer than `mostBytes`. */
export async function readAnswer(response: IncomingMessage, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error(`the answer is longer than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  if (!response.complete) throw new Error("the answer was cut off");
  return Buffer.concat(chunks).toString("utf8");
}
