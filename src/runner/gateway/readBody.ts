import type {IncomingMessage} from "node:http";

/** Bytes of bodies that are held at the moment, of all requests together. */
export type HeldBytes = {bytes: number; most: number};

/** What a body was refused for, as a status of HTTP. */
export class BodyRefused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * A request's body as text. Its bytes count as held until `release` is called.
 *
 * @throws BodyRefused 413 for one over `mostBytes`, 503 where all bodies together are too much, 400 for one that breaks off or is no UTF-8.
 */
export async function readBody(request: IncomingMessage, mostBytes: number, held: HeldBytes): Promise<{text: string; release(): void}> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const release = () => {
    held.bytes -= bytes;
    bytes = 0;
  };
  try {
    if (Number(request.headers["content-length"] ?? 0) > mostBytes) throw tooLarge(mostBytes);
    for await (const chunk of request.iterator({destroyOnReturn: false}) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      held.bytes += chunk.length;
      if (bytes > mostBytes) throw tooLarge(mostBytes);
      if (held.bytes > held.most) throw new BodyRefused(503, "too many large requests at a time; ask again when others are answered");
      chunks.push(chunk);
    }
    return {text: new TextDecoder("utf-8", {fatal: true}).decode(Buffer.concat(chunks)), release};
  } catch (error) {
    release();
    throw error instanceof BodyRefused ? error : new BodyRefused(400, "the request's body breaks off, or is not UTF-8");
  }
}

const tooLarge = (mostBytes: number) => new BodyRefused(413, `the request is larger than ${mostBytes} bytes`);
