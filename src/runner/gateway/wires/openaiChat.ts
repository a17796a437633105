import {countAt, type JsonObject, listAt, objectAt, parseObject, textAt} from "./json.js";
import {openaiAddress, openaiError, openaiHeaders, passingOpenaiError, passOpenaiHeader} from "./openaiErrors.js";
import {fetchedAddress, hostedTool, presentField} from "./outsideReach.js";
import {boundedText, NO_COUNTS, type StreamReader, type TokenCounts, type Wire} from "./wire.js";

/**
 * OpenAI's chat completions, which most other servers of models speak too.
 *
 * @see https://platform.openai.com/docs/api-reference/chat
 */
export const openaiChat: Wire = {
  name: "openai-chat",
  spokenBy: "openai",
  path: "/v1/chat/completions",
  address: (baseUrl) => openaiAddress(baseUrl, "/chat/completions"),
  headers: openaiHeaders,
  passHeader: passOpenaiHeader,
  refusal: (body) =>
    presentField(body, ["web_search_options"]) ??
    hostedTool(body.tools, (type) => type === "function" || type === "custom") ??
    fetchedAddress(body.messages),
  prepare: ({service_tier: _priced, ...body}) =>
    body.stream === true ? {...body, stream_options: {...objectAt(body.stream_options), include_usage: true}} : body,
  outputLimit: (body) => {
    const limit = countAt(body.max_completion_tokens) ?? countAt(body.max_tokens);
    return limit === null ? null : limit * (countAt(body.n) || 1);
  },
  counts: (answer) => chatCounts(answer.usage),
  readStream: readChatStream,
  passingFailure: ({data}) => {
    const {error} = parseObject(data ?? "") ?? {};
    return error === undefined || error === null ? null : passingOpenaiError(objectAt(error));
  },
  error: openaiError,
  errorEvent: (message) => `data: ${JSON.stringify(openaiError(502, "model-unavailable", message))}\n\n`,
};

/** Prompt tokens include those read from a cache and those written to one; servers that do not say which had no cache. */
function chatCounts(value: unknown): TokenCounts | null {
  const usage = objectAt(value);
  const [prompt, output] = [countAt(usage.prompt_tokens), countAt(usage.completion_tokens)];
  if (prompt === null || output === null) return null;
  return splitPrompt(prompt, output, objectAt(usage.prompt_tokens_details), objectAt(usage.completion_tokens_details));
}

export function splitPrompt(prompt: number, output: number, promptDetails: JsonObject, outputDetails: JsonObject): TokenCounts {
  const cacheRead = Math.min(countAt(promptDetails.cached_tokens) ?? 0, prompt);
  const cacheWrite = countAt(promptDetails.cache_write_tokens);
  const input = Math.max(0, prompt - cacheRead - (cacheWrite ?? 0));
  return {input, output, cacheRead, cacheWrite, reasoning: countAt(outputDetails.reasoning_tokens)};
}

function readChatStream(body: JsonObject, mostCharacters: number): StreamReader {
  const isAsked = objectAt(body.stream_options).include_usage === true;
  const gathered = gatherChoices(mostCharacters);
  let [counts, usage, isDone]: [TokenCounts | null, unknown, boolean] = [null, null, false];
  return {
    read: ({raw, data}) => {
      if (data === null) return {show: raw, last: false}; // a comment, which keeps connections alive
      if (data.trim() === "[DONE]") {
        isDone = true;
        return {show: raw, last: true};
      }
      const chunk = parseObject(data);
      if (chunk === null) throw new Error("a part of the stream is not JSON");
      const found = chatCounts(chunk.usage);
      if (found) [counts, usage] = [found, chunk.usage];
      gathered.add(chunk);
      return {show: isAsked || chunk.usage === undefined ? raw : withoutUsage(chunk), last: false};
    },
    counts: () => counts ?? NO_COUNTS,
    isCounted: () => counts !== null,
    isWhole: () => isDone || gathered.isFinished(),
    answer: () => ({...gathered.answer(), usage}),
  };
}

/** The client did not ask for usage: a part with nothing else is not for it. */
function withoutUsage({usage: _, ...chunk}: JsonObject): string | null {
  return listAt(chunk.choices).length === 0 ? null : `data: ${JSON.stringify(chunk)}\n\n`;
}

function gatherChoices(mostCharacters: number) {
  const choices = new Map<number, {content: ReturnType<typeof boundedText>; toolCalls: JsonObject[]; finish: unknown}>();
  let head: JsonObject = {};
  return {
    add: ({id, model, created, choices: parts}: JsonObject) => {
      if (head.id === undefined) head = {id, object: "chat.completion", created, model};
      for (const part of listAt(parts).map(objectAt)) {
        const index = countAt(part.index) ?? 0;
        const choice = choices.get(index) ?? {content: boundedText(mostCharacters), toolCalls: [], finish: null};
        if (choices.size < 128) choices.set(index, choice);
        const delta = objectAt(part.delta);
        choice.content.add(textAt(delta.content) || textAt(delta.refusal));
        for (const call of listAt(delta.tool_calls).map(objectAt)) addToolCall(choice.toolCalls, call, mostCharacters);
        choice.finish = part.finish_reason ?? choice.finish;
      }
    },
    isFinished: () => choices.size > 0 && [...choices.values()].every(({finish}) => finish !== null),
    answer: () => ({
      ...head,
      choices: [...choices].map(([index, {content, toolCalls, finish}]) => ({
        index,
        message: {role: "assistant", content: content.text(), ...(toolCalls.length > 0 && {tool_calls: toolCalls})},
        finish_reason: finish,
      })),
    }),
  };
}

function addToolCall(calls: JsonObject[], part: JsonObject, mostCharacters: number): void {
  const index = countAt(part.index) ?? 0;
  if (index >= 128) return;
  const {name, arguments: more} = objectAt(part.function);
  calls[index] ??= {id: part.id, type: "function", function: {name, arguments: ""}};
  const to = objectAt(calls[index].function);
  if (textAt(to.arguments).length < mostCharacters) to.arguments = textAt(to.arguments) + textAt(more);
}
