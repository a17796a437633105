import {countAt, type JsonObject, objectAt, parseObject, textAt} from "./json.js";
import {fetchedAddress, hostedTool, presentField} from "./outsideReach.js";
import {boundedText, NO_COUNTS, type StreamReader, type TokenCounts, type Wire} from "./wire.js";

/** Tools that the client runs; those without a type, too. */
const OWN_TOOL = /^(|custom|(bash|text_editor|computer|memory)_\d+)$/;

/** Features that neither leave the sandbox nor have a price of their own. Others are not asked for, so that the provider says what it lacks. */
const BETAS =
  /^(prompt-caching|interleaved-thinking|fine-grained-tool-streaming|token-efficient-tools|output-128k|max-tokens|computer-use|context-management|effort|structured-outputs|tool-examples|advanced-tool-use|dev-full-thinking|claude-code)-/;

const ERROR_TYPES: Record<number, string> = {
  400: "invalid_request_error",
  401: "authentication_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
};

/**
 * Anthropic's messages.
 *
 * @see https://platform.claude.com/docs/en/api/messages
 */
export const anthropicMessages: Wire = {
  name: "anthropic-messages",
  spokenBy: "anthropic",
  path: "/v1/messages",
  address: (baseUrl) => `${baseUrl.replace(/\/+$/, "").replace(/\/v1$/, "")}/v1/messages`,
  headers: (apiKey) => ({"x-api-key": apiKey, "anthropic-version": "2023-06-01"}),
  passHeader: (name, value) => {
    if (name === "anthropic-version") return value;
    const betas = name === "anthropic-beta" ? value.split(",").map((beta) => beta.trim()) : [];
    return betas.filter((beta) => BETAS.test(beta)).join(",") || null;
  },
  refusal: (body) =>
    presentField(body, ["mcp_servers", "container"]) ??
    hostedTool(body.tools, (type) => OWN_TOOL.test(type)) ??
    fetchedAddress(body.messages),
  prepare: ({service_tier: _tier, speed: _speed, inference_geo: _place, ...body}) => body, // each changes the price
  outputLimit: (body) => countAt(body.max_tokens),
  counts: (answer) => {
    const counts = messageCounts(objectAt(answer.usage), NO_COUNTS);
    return counts.input === null || counts.output === null ? null : counts;
  },
  readStream: (_, mostCharacters) => readMessageStream(mostCharacters),
  passingFailure: ({data}) => {
    const event = parseObject(data ?? "") ?? {};
    const type = event.type === "error" ? textAt(objectAt(event.error).type) : "";
    if (type === "rate_limit_error") return "upstream-429";
    return type === "overloaded_error" || type === "api_error" || type === "timeout_error" ? "upstream-5xx" : null;
  },
  error: (status, _, message) => ({type: "error", error: {type: ERROR_TYPES[status] ?? "api_error", message}}),
  errorEvent: (message) => `event: error\ndata: ${JSON.stringify({type: "error", error: {type: "api_error", message}})}\n\n`,
};

/** Input tokens are without those of the cache; what a later event says is the total until then and replaces what was said before. */
function messageCounts(usage: JsonObject, before: TokenCounts): TokenCounts {
  const input = countAt(usage.input_tokens) ?? before.input;
  const cached = (field: string, known: number | null) => countAt(usage[field]) ?? known ?? (input === null ? null : 0);
  return {
    input,
    output: countAt(usage.output_tokens) ?? before.output,
    cacheRead: cached("cache_read_input_tokens", before.cacheRead),
    cacheWrite: cached("cache_creation_input_tokens", before.cacheWrite),
    reasoning: countAt(objectAt(usage.output_tokens_details).thinking_tokens) ?? before.reasoning,
  };
}

function readMessageStream(mostCharacters: number): StreamReader {
  const gathered = gatherBlocks(mostCharacters);
  let [counts, message, isCounted, isWhole]: [TokenCounts, JsonObject, boolean, boolean] = [NO_COUNTS, {}, false, false];
  return {
    read: ({raw, data}) => {
      if (data === null) return {show: raw, last: false};
      const event = parseObject(data);
      if (event === null) throw new Error("a part of the stream is not JSON");
      if (event.type === "message_start") {
        message = objectAt(event.message);
        counts = {...messageCounts(objectAt(message.usage), NO_COUNTS), output: null}; // what it says of output is not final
      } else if (event.type === "message_delta") {
        message = {...message, ...objectAt(event.delta), usage: {...objectAt(message.usage), ...objectAt(event.usage)}};
        counts = messageCounts(objectAt(event.usage), counts);
        isCounted = counts.input !== null && counts.output !== null;
      }
      gathered.add(event);
      isWhole ||= event.type === "message_stop";
      return {show: raw, last: event.type === "message_stop"};
    },
    counts: () => counts,
    isCounted: () => isCounted,
    isWhole: () => isWhole,
    answer: () => ({...message, content: gathered.content()}),
  };
}

function gatherBlocks(mostCharacters: number) {
  const blocks = new Map<number, {start: JsonObject; field: string; text: ReturnType<typeof boundedText>}>();
  return {
    add: ({type, index, content_block, delta}: JsonObject) => {
      const at = countAt(index) ?? 0;
      if (type === "content_block_start" && blocks.size < 1000) {
        blocks.set(at, {start: objectAt(content_block), field: "text", text: boundedText(mostCharacters)});
      }
      const block = blocks.get(at);
      const part = objectAt(delta);
      const field = ["text", "thinking", "partial_json"].find((name) => typeof part[name] === "string");
      if (type !== "content_block_delta" || block === undefined || field === undefined) return;
      block.field = field;
      block.text.add(textAt(part[field]));
    },
    content: () => [...blocks.values()].map(({start, field, text}) => blockOf(start, field, text.text())),
  };
}

function blockOf(start: JsonObject, field: string, text: string): JsonObject {
  if (field === "partial_json") return {...start, input: text === "" ? {} : (parseObject(text) ?? text)};
  return text === "" ? start : {...start, [field]: text};
}
