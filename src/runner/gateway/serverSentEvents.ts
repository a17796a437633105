import {StringDecoder} from "node:string_decoder";

/** One event of a stream. `raw` is all of it, the blank line at its end included; `data` its data lines joined, null without any. */
export type ServerEvent = {raw: string; data: string | null};

/**
 * Events of a `text/event-stream`, each as soon as it is whole.
 *
 * @param mostCharacters Of one event.
 * @throws Error for a longer event. What the stream throws goes through.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export async function* serverSentEvents(chunks: AsyncIterable<Uint8Array>, mostCharacters: number): AsyncGenerator<ServerEvent> {
  const decoder = new StringDecoder("utf8");
  const blankLine = /\r?\n\r?\n/g;
  let rest = "";
  for await (const chunk of chunks) {
    blankLine.lastIndex = Math.max(0, rest.length - 3); // a long event is not searched again with every chunk
    rest += decoder.write(chunk as Buffer);
    let begin = 0;
    while (blankLine.exec(rest) !== null) {
      yield eventOf(rest.slice(begin, blankLine.lastIndex));
      begin = blankLine.lastIndex;
    }
    rest = rest.slice(begin);
    if (rest.length > mostCharacters) throw new Error(`an event of the stream is longer than ${mostCharacters} characters`);
  }
  if (rest.trim() !== "") yield eventOf(`${rest.trimEnd()}\n\n`); // the last one may lack its blank line
}

function eventOf(raw: string): ServerEvent {
  const data = raw.split(/\r?\n/).flatMap((line) => (line.startsWith("data:") ? [line.slice(5).replace(/^ /, "")] : []));
  return {raw, data: data.length === 0 ? null : data.join("\n")};
}
