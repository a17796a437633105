import {countAt, type JsonObject, objectAt, parseObject, textAt} from "./json.js";
import {splitPrompt} from "./openaiChat.js";
import {openaiAddress, openaiError, openaiHeaders, passingOpenaiError, passOpenaiHeader} from "./openaiErrors.js";
import {fetchedAddress, hostedTool, presentField} from "./outsideReach.js";
import {boundedText, NO_COUNTS, type StreamReader, type TokenCounts, type Wire} from "./wire.js";

/** Tools that the client runs. */
const OWN_TOOLS = new Set(["function", "custom", "local_shell", "apply_patch"]);

const ENDS = new Set(["response.completed", "response.incomplete", "response.failed"]);

/**
 * OpenAI's responses.
 *
 * @see https://platform.openai.com/docs/api-reference/responses
 */
export const openaiResponses: Wire = {
  name: "openai-responses",
  spokenBy: "openai",
  path: "/v1/responses",
  address: (baseUrl) => openaiAddress(baseUrl, "/responses"),
  headers: openaiHeaders,
  passHeader: passOpenaiHeader,
  refusal: (body) =>
    presentField(body, ["background", "prompt", "conversation"]) ?? // answers that nobody counts, and what is kept at the provider
    hostedTool(body.tools, (type) => OWN_TOOLS.has(type)) ??
    fetchedAddress(body.input),
  prepare: ({service_tier: _priced, ...body}) => body,
  outputLimit: (body) => countAt(body.max_output_tokens),
  counts: (answer) => responseCounts(answer.usage),
  readStream: (_, mostCharacters) => readResponseStream(mostCharacters),
  passingFailure: ({data}) => {
    const event = parseObject(data ?? "") ?? {};
    if (event.type === "error") return passingOpenaiError({...event, ...objectAt(event.error), type: objectAt(event.error).type});
    return event.type === "response.failed" ? passingOpenaiError(objectAt(objectAt(event.response).error)) : null;
  },
  error: openaiError,
  errorEvent: (message) =>
    `event: error\ndata: ${JSON.stringify({type: "error", code: "model_unavailable", message, param: null, sequence_number: 0})}\n\n`,
};

function responseCounts(value: unknown): TokenCounts | null {
  const usage = objectAt(value);
  const [input, output] = [countAt(usage.input_tokens), countAt(usage.output_tokens)];
  if (input === null || output === null) return null;
  return splitPrompt(input, output, objectAt(usage.input_tokens_details), objectAt(usage.output_tokens_details));
}

function readResponseStream(mostCharacters: number): StreamReader {
  const text = boundedText(mostCharacters);
  let response: JsonObject | null = null;
  return {
    read: ({raw, data}) => {
      if (data === null || data.trim() === "[DONE]") return {show: raw, last: false};
      const event = parseObject(data);
      if (event === null) throw new Error("a part of the stream is not JSON");
      if (event.type === "response.output_text.delta") text.add(textAt(event.delta));
      const last = ENDS.has(textAt(event.type));
      if (last) response = objectAt(event.response);
      return {show: raw, last};
    },
    counts: () => (response && responseCounts(response.usage)) ?? NO_COUNTS,
    isCounted: () => response !== null && responseCounts(response.usage) !== null,
    isWhole: () => response !== null,
    answer: () => response ?? {object: "response", status: "incomplete", output_text: text.text()},
  };
}
