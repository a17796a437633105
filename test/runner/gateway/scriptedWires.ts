// Answers as the providers document them, field for field.
// https://platform.openai.com/docs/api-reference/chat https://platform.openai.com/docs/api-reference/responses
// https://platform.claude.com/docs/en/api/messages https://platform.claude.com/docs/en/build-with-claude/streaming
import type {ScriptedUsage} from "./scriptedUpstream.js";

const piecesOf = (text: string): string[] => text.match(/[\s\S]{1,7}/g) ?? [];
const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const named = (value: {type: string} & Record<string, unknown>) => `event: ${value.type}\n${data(value)}`;

const chatUsage = ({input, output, cacheRead, cacheWrite, reasoning}: ScriptedUsage) => ({
  prompt_tokens: input + cacheRead + cacheWrite,
  completion_tokens: output,
  total_tokens: input + cacheRead + cacheWrite + output,
  prompt_tokens_details: {cached_tokens: cacheRead, audio_tokens: 0, ...(cacheWrite > 0 && {cache_write_tokens: cacheWrite})},
  completion_tokens_details: {reasoning_tokens: reasoning, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0},
});

export const chatCompletion = (model: string, text: string, usage: ScriptedUsage) => ({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1_700_000_000,
  model,
  choices: [{index: 0, message: {role: "assistant", content: text, refusal: null}, logprobs: null, finish_reason: "stop"}],
  usage: chatUsage(usage),
  service_tier: "default",
  system_fingerprint: null,
});

export function chatChunks(model: string, text: string, usage: ScriptedUsage, isCounted: boolean): string[] {
  const chunk = (choices: unknown[]) => ({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1_700_000_000,
    model,
    choices,
    ...(isCounted && {usage: null}),
  });
  const part = (delta: unknown, finish: string | null) => data(chunk([{index: 0, delta, logprobs: null, finish_reason: finish}]));
  return [
    part({role: "assistant", content: ""}, null),
    ...piecesOf(text).map((content) => part({content}, null)),
    part({}, "stop"),
    ...(isCounted ? [data({...chunk([]), usage: chatUsage(usage)})] : []),
    "data: [DONE]\n\n",
  ];
}

export const responseObject = (model: string, text: string, {input, output, cacheRead, cacheWrite, reasoning}: ScriptedUsage) => ({
  id: "resp_1",
  object: "response",
  created_at: 1_700_000_000,
  status: "completed",
  model,
  output: [{type: "message", id: "msg_1", status: "completed", role: "assistant", content: [{type: "output_text", text, annotations: []}]}],
  usage: {
    input_tokens: input + cacheRead + cacheWrite,
    input_tokens_details: {cached_tokens: cacheRead, ...(cacheWrite > 0 && {cache_write_tokens: cacheWrite})},
    output_tokens: output,
    output_tokens_details: {reasoning_tokens: reasoning},
    total_tokens: input + cacheRead + cacheWrite + output,
  },
});

export function responseEvents(model: string, text: string, usage: ScriptedUsage): string[] {
  const response = responseObject(model, text, usage);
  const begun = {...response, status: "in_progress", output: [], usage: null};
  const place = {item_id: "msg_1", output_index: 0, content_index: 0};
  const events = [
    {type: "response.created", response: begun},
    {type: "response.in_progress", response: begun},
    ...piecesOf(text).map((delta) => ({type: "response.output_text.delta", ...place, delta})),
    {type: "response.output_text.done", ...place, text},
    {type: "response.completed", response},
  ];
  return events.map((event, i) => named({...event, sequence_number: i}));
}

const messageUsage = ({input, output, cacheRead, cacheWrite, reasoning}: ScriptedUsage) => ({
  input_tokens: input,
  cache_creation_input_tokens: cacheWrite,
  cache_read_input_tokens: cacheRead,
  cache_creation: {ephemeral_5m_input_tokens: cacheWrite, ephemeral_1h_input_tokens: 0},
  output_tokens: output,
  ...(reasoning > 0 && {output_tokens_details: {thinking_tokens: reasoning}}),
  service_tier: "standard",
});

export const anthropicMessage = (model: string, text: string, usage: ScriptedUsage) => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  model,
  content: [{type: "text", text}],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: messageUsage(usage),
});

export function anthropicEvents(model: string, text: string, usage: ScriptedUsage): string[] {
  const message = anthropicMessage(model, text, usage);
  return [
    named({
      type: "message_start",
      message: {...message, content: [], stop_reason: null, usage: {...messageUsage(usage), output_tokens: 1}},
    }),
    named({type: "content_block_start", index: 0, content_block: {type: "text", text: ""}}),
    named({type: "ping"}),
    ...piecesOf(text).map((piece) => named({type: "content_block_delta", index: 0, delta: {type: "text_delta", text: piece}})),
    named({type: "content_block_stop", index: 0}),
    named({
      type: "message_delta",
      delta: {stop_reason: "end_turn", stop_sequence: null},
      usage: {output_tokens: usage.output, ...(usage.reasoning > 0 && {output_tokens_details: {thinking_tokens: usage.reasoning}})},
    }),
    named({type: "message_stop"}),
  ];
}
