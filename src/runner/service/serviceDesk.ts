import type {TranscriptWriter} from "../transcript/transcriptWriter.js";
import type {Service} from "./serviceProcess.js";

/** What the service of an environment is asked from inside: each request once, however often it is sent, and all of it in the transcript. */
export type ServiceDesk = (requestId: string, request: unknown) => Promise<unknown>;

/** A client that has lost its connection asks again at once: older answers need not be known. */
const MOST_REMEMBERED = 64;

export function serviceDesk(
  service: Service,
  {transcript, monotonic}: {transcript: TranscriptWriter; monotonic: () => number},
): ServiceDesk {
  const given = new Map<string, Promise<unknown>>();
  const asked = async (request: unknown) => {
    const began = monotonic();
    const text = JSON.stringify(request);
    const answer = await service.ask(text).catch((error: Error) => {
      transcript.onService(text, null, monotonic() - began);
      throw error;
    });
    transcript.onService(text, answer, monotonic() - began);
    return JSON.parse(answer) as unknown;
  };
  return (requestId, request) => {
    const known = given.get(requestId);
    if (known !== undefined) return known;
    const own = asked(request);
    own.catch(() => given.delete(requestId)); // a fault of ours: asking again may help
    given.set(requestId, own);
    if (given.size > MOST_REMEMBERED) given.delete(given.keys().next().value!);
    return own;
  };
}
