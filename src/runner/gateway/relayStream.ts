import type {RoutedRequest, Settle} from "./askUpstream.js";
import type {ServerEvent} from "./serverSentEvents.js";
import type {Outcome} from "./tryUpstream.js";

type Stream = Extract<Outcome, {kind: "stream"}>;

/**
 * A stream as the client sees it, event by event. Its last event is held back until the call is counted and written down. A stream
 * that breaks off ends with an error in the words of its wire; one that the client gives up is counted as far as it came.
 */
export async function* relayStream(
  {status, first, events}: Stream,
  {wire, body, signal}: RoutedRequest,
  mostCharacters: number,
  settle: Settle,
  leave: () => void,
): AsyncGenerator<string> {
  const reader = wire.readStream(body, mostCharacters);
  let [isSettled, isEnded] = [false, false];
  const settleOnce = async (failure: string | null) => {
    if (isSettled) return;
    isSettled = true;
    const response = JSON.stringify(reader.answer());
    await settle({counts: reader.counts(), usageKnown: reader.isCounted(), status, streamed: true, response, failure});
  };
  try {
    for await (const event of following(first, events)) {
      const {show, last} = reader.read(event);
      if (last) await settleOnce(null);
      if (show !== null) yield show;
      isEnded = last;
      if (last) return void drain(events);
    }
    if (!reader.isWhole()) throw new Error("the stream was cut off");
    await settleOnce(null);
  } catch (error) {
    if (signal.aborted) return;
    await settleOnce((error as Error).message);
    yield wire.errorEvent("the provider's answer broke off");
  } finally {
    if (!isEnded) await events.return(undefined); // closes the connection
    await settleOnce("given up before the answer's end");
    leave();
  }
}

/** Not with `yield*` or `for await` over `events`: leaving those would close the connection, which can be used again. */
async function* following(first: ServerEvent, events: AsyncGenerator<ServerEvent>): AsyncGenerator<ServerEvent> {
  yield first;
  for (let next = await events.next(); !next.done; next = await events.next()) yield next.value;
}

/** Reads on to the end, so that the connection is free for the next call. */
async function drain(events: AsyncGenerator<ServerEvent>): Promise<void> {
  try {
    while (!(await events.next()).done);
  } catch {
    // whatever comes after the last event, the answer was whole
  }
}
