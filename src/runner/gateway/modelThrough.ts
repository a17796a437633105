import {RebenchError} from "../../errors.js";
import type {LineAnswer} from "./askUpstream.js";
import type {Model, ModelAnswer, ModelRequest} from "./model.js";
import type {ModelLine} from "./modelLine.js";
import type {ModelUpstream} from "./upstream.js";
import {anthropicMessages} from "./wires/anthropicMessages.js";
import {type JsonObject, listAt, objectAt, parseObject, textAt} from "./wires/json.js";
import {openaiChat} from "./wires/openaiChat.js";

/** Models for agents whose loop runs in the runner, over OpenAI's chat completions or Anthropic's messages, as the model's upstream speaks. */
export function modelThrough(line: ModelLine): Model {
  return {
    ask: async (request) => {
      const upstream = line.upstreamOf(request.model, null);
      const wire = upstream.wire === "openai" ? openaiChat : anthropicMessages;
      const body = upstream.wire === "openai" ? chatBody(request, upstream) : messagesBody(request);
      const signal = request.signal ?? new AbortController().signal;
      const answer = await line.ask({wire, body, text: JSON.stringify(body), headers: {}, signal});
      return answerOf(answer, upstream);
    },
  };
}

/** OpenAI's newer models refuse `max_tokens`; servers that speak as it may not know what replaced it. */
function chatBody({model, messages, temperature, maxOutputTokens}: ModelRequest, {baseUrl}: ModelUpstream): JsonObject {
  const isOpenai = /(^|\.)openai\.(com|azure\.com)$/.test(new URL(baseUrl).hostname);
  return {model, messages, temperature, [isOpenai ? "max_completion_tokens" : "max_tokens"]: maxOutputTokens};
}

function messagesBody({model, messages, temperature, maxOutputTokens}: ModelRequest): JsonObject {
  const system = messages.flatMap(({role, content}) => (role === "system" ? [content] : [])).join("\n\n");
  const spoken = messages.filter(({role}) => role !== "system");
  return {model, max_tokens: maxOutputTokens, temperature, ...(system !== "" && {system}), messages: spoken};
}

async function answerOf(answer: LineAnswer, upstream: ModelUpstream): Promise<ModelAnswer> {
  if (!("text" in answer)) {
    await answer.events.next();
    await answer.events.return(undefined);
    throw unusable(upstream, "it streams although it was not asked to");
  }
  const body = parseObject(answer.text) ?? {};
  if (answer.status >= 400) throw refused(upstream, answer.status, textAt(objectAt(body.error).message) || answer.text.slice(0, 300));
  const {model, usage, costUsd, seconds} = answer.call;
  const {text, stopReason} = upstream.wire === "openai" ? chatText(body) : messageText(body);
  return {text, stopReason, call: {model, usage, costUsd, seconds}};
}

function chatText(body: JsonObject): {text: string; stopReason: string | null} {
  const choice = objectAt(listAt(body.choices)[0]);
  const {content} = objectAt(choice.message);
  return {text: typeof content === "string" ? content : textsOf(content), stopReason: textAt(choice.finish_reason) || null};
}

const messageText = (body: JsonObject) => ({text: textsOf(body.content), stopReason: textAt(body.stop_reason) || null});

const textsOf = (parts: unknown): string =>
  listAt(parts)
    .map((part) => textAt(objectAt(part).text))
    .join("");

const refused = ({name}: ModelUpstream, status: number, said: string) =>
  new RebenchError("model-request-refused", {problem: `${name} refused the request (status ${status}): ${said}`, hint: ""});

const unusable = ({name}: ModelUpstream, said: string) =>
  new RebenchError("model-unavailable", {problem: `the answer of ${name} cannot be used: ${said}`, hint: "Check its address."});
