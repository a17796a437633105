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
  let rest = "";
  for await (const chunk of chunks) {
    rest += decoder.write(chunk as Buffer);
    for (let end = blankLineEnd(rest); end > 0; end = blankLineEnd(rest)) {
      yield eventOf(rest.slice(0, end));
      rest = rest.slice(end);
    }
    if (rest.length > mostCharacters) throw new Error(`an event of the stream is longer than ${mostCharacters} characters`);
  }
  if (rest.trim() !== "") yield eventOf(`${rest.trimEnd()}\n\n`); // the last one may lack its blank line
}

/** Position after the first blank line, 0 for none. */
function blankLineEnd(text: string): number {
  const [unix, windows] = [text.indexOf("\n\n"), text.indexOf("\r\n\r\n")];
  if (unix < 0 && windows < 0) return 0;
  return windows < 0 || (unix >= 0 && unix < windows) ? unix + 2 : windows + 4;
}

function eventOf(raw: string): ServerEvent {
  const data = raw.split(/\r?\n/).flatMap((line) => (line.startsWith("data:") ? [line.slice(5).replace(/^ /, "")] : []));
  return {raw, data: data.length === 0 ? null : data.join("\n")};
}
