import {createHash} from "node:crypto";
import {type JsonObject, listAt, objectAt, textAt} from "../gateway/wires/json.js";
import type {Wire} from "../gateway/wires/wire.js";
import {keepText} from "./keepText.js";
import {parseCutJson} from "./parseCutJson.js";
import type {MessagePart} from "./transcriptEntry.js";

export type Message = {role: string; parts: MessagePart[]};

/** Of one part, and of one message: nobody reads more of it, and a model rarely does. */
const MOST_CHARACTERS = 256 * 2 ** 10;
const MOST_MESSAGE_CHARACTERS = 2 ** 20;
/** Of one request. */
const MOST_MESSAGES = 10_000;
const MOST_NAME_CHARACTERS = 200;

export type AskedMessages = {messages: Message[]; isCut: boolean; settings: Record<string, string | number | boolean>};

/** What a request asks, in the order in which the model reads it. Never throws: what cannot be understood is shown as it is. */
export function askedMessages(wire: Wire["name"], text: string): AskedMessages {
  try {
    const found = parseCutJson(text);
    const body = objectAt(found?.value);
    if (found === null) return unreadable(text);
    const messages = [...toolsOf(body), ...READERS[wire].asked(body)];
    const isCut = found.isCut || messages.length > MOST_MESSAGES;
    return {messages: messages.slice(0, MOST_MESSAGES), isCut, settings: settingsOf(body)};
  } catch {
    return unreadable(text); // values in values, deeper than the stack
  }
}

const unreadable = (text: string): AskedMessages => ({messages: textMessage("unreadable", text), isCut: false, settings: {}});

/** What an answer says; an error that a provider gave is a message of the role `error`. */
export function answerMessages(wire: Wire["name"], text: string): Message[] {
  try {
    const found = parseCutJson(text);
    if (found !== null) return answerIn(objectAt(found.value), wire);
  } catch {
    // values in values, deeper than the stack
  }
  return textMessage("unreadable", text);
}

function answerIn(body: JsonObject, wire: Wire["name"]): Message[] {
  const {error} = body; // responses have the field in any case
  const isError = error !== undefined && error !== null;
  return isError ? textMessage("error", textAt(objectAt(error).message) || JSON.stringify(error)) : READERS[wire].answer(body);
}

type Reader = {asked: (body: JsonObject) => Message[]; answer: (body: JsonObject) => Message[]};

const READERS: Record<Wire["name"], Reader> = {
  "openai-chat": {
    asked: ({messages}) => listAt(messages).flatMap((message) => chatMessage(objectAt(message))),
    answer: ({choices}) => listAt(choices).flatMap((choice) => chatMessage({role: "assistant", ...objectAt(objectAt(choice).message)})),
  },
  "openai-responses": {
    asked: ({instructions, input}) => [
      ...textMessage("system", textAt(instructions)),
      ...(typeof input === "string" ? textMessage("user", input) : listAt(input).flatMap((item) => responseItem(objectAt(item)))),
    ],
    answer: ({output, output_text}) =>
      Array.isArray(output) && output.length > 0
        ? output.flatMap((item) => responseItem(objectAt(item)))
        : textMessage("assistant", textAt(output_text)),
  },
  "anthropic-messages": {
    asked: ({system, messages}) => [
      ...message("system", contentParts(system)),
      ...listAt(messages).flatMap((each) => message(textAt(objectAt(each).role), contentParts(objectAt(each).content))),
    ],
    answer: ({content}) => message("assistant", contentParts(content)),
  },
};

function chatMessage({role, content, refusal, reasoning_content, reasoning, tool_calls, function_call, name}: JsonObject): Message[] {
  const isResult = role === "tool" || role === "function";
  const parts = contentParts(content);
  return message(textAt(role), [
    ...part("reasoning", textAt(reasoning_content) || textAt(reasoning)),
    ...(isResult ? part("result", parts.map(({start, end}) => start + end).join("\n"), textAt(name)) : parts),
    ...part("text", textAt(refusal)),
    ...listAt(tool_calls).flatMap((call) => chatCall(objectAt(call))),
    ...(function_call ? chatCall({function: function_call}) : []),
  ]);
}

function chatCall(call: JsonObject): MessagePart[] {
  const {name, arguments: given, input} = {...objectAt(call.function), ...objectAt(call.custom)};
  return part("call", textAt(given) || textAt(input) || "{}", textAt(name));
}

function responseItem(item: JsonObject): Message[] {
  const type = textAt(item.type);
  if (type === "" || type === "message") return message(textAt(item.role), contentParts(item.content));
  if (type === "reasoning") return message("assistant", [...contentParts(item.summary), ...contentParts(item.content)].map(asReasoning));
  if (type.endsWith("_output")) return message("tool", part("result", flatText(item.output), textAt(item.name)));
  if (type.endsWith("_call")) {
    const given = item.arguments ?? item.input ?? item.action ?? item.operation ?? {};
    return message("assistant", part("call", flatText(given), textAt(item.name) || type.replace(/_call$/, "")));
  }
  return message(type === "item_reference" ? "reference" : "assistant", part("other", flatText(item), type));
}

const asReasoning = (each: MessagePart): MessagePart => ({...each, type: "reasoning"});

/** Contents of all three wires: a text, or a list of texts, pictures, calls and results. */
function contentParts(content: unknown): MessagePart[] {
  if (typeof content === "string") return part("text", content);
  return listAt(content).flatMap((each) => (typeof each === "string" ? part("text", each) : contentPart(objectAt(each))));
}

function contentPart(each: JsonObject): MessagePart[] {
  const type = textAt(each.type);
  if (type === "thinking") return part("reasoning", textAt(each.thinking));
  if (type === "redacted_thinking") return part("reasoning", "(kept secret by the provider)");
  if (type === "tool_use") return part("call", flatText(each.input), textAt(each.name));
  if (type === "tool_result") {
    const said = typeof each.content === "string" ? each.content : listAt(each.content).map(flatPart).join("\n");
    return part("result", said, each.is_error === true ? "error" : "");
  }
  const text = textAt(each.text) || textAt(each.refusal);
  if (text !== "" || /text$/.test(type)) return part("text", text);
  return part("other", notKept(JSON.stringify(each)), type || "unknown");
}

/** Named by its hash, so that another picture is another message. */
const notKept = (json: string) =>
  `(${json.length.toLocaleString("en")} characters that are not kept, sha256 ${createHash("sha256").update(json).digest("hex").slice(0, 16)})`;

const flatPart = (each: unknown): string => textAt(objectAt(each).text) || `(${textAt(objectAt(each).type) || "unknown"}, not kept)`;

/** Of what a tool was given or gave: a text, parts of a text, or any other value as JSON. */
function flatText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((each) => typeof objectAt(each).type === "string")) return value.map(flatPart).join("\n");
  return JSON.stringify(value) ?? "";
}

/** Which tools the model was told of; one message, because it is the same in every call. */
function toolsOf({tools, functions}: JsonObject): Message[] {
  const known = [...listAt(tools), ...listAt(functions)];
  return known.length === 0 ? [] : textMessage("tools", known.map((tool) => JSON.stringify(tool)).join("\n"));
}

const NO_SETTINGS = new Set(["model", "instructions", "input", "system"]);
const MOST_SETTINGS = 30;

/** Fields that are one value, and those one level below, such as `reasoning.effort`. */
function settingsOf(body: JsonObject): AskedMessages["settings"] {
  const below = Object.entries(body).flatMap(([name, value]) =>
    Object.entries(objectAt(value)).map(([inner, each]) => [`${name}.${inner}`, each] as const),
  );
  const scalars = [...Object.entries(body).filter(([name]) => !NO_SETTINGS.has(name)), ...below].filter(
    (pair): pair is [string, string | number | boolean] =>
      isShort(pair[1]) && pair[0].length <= MOST_NAME_CHARACTERS && pair[0] !== "__proto__",
  );
  return Object.fromEntries(scalars.slice(0, MOST_SETTINGS));
}

const isShort = (value: unknown) =>
  typeof value === "boolean" || Number.isFinite(value) || (typeof value === "string" && value.length <= MOST_NAME_CHARACTERS);

const textMessage = (role: string, text: string): Message[] => message(role, part("text", text));

/** A message that says nothing is none. */
const message = (role: string, parts: MessagePart[]): Message[] =>
  parts.length === 0 ? [] : [{role: role.slice(0, MOST_NAME_CHARACTERS) || "unknown", parts: bounded(parts)}];

function bounded(parts: MessagePart[]): MessagePart[] {
  let characters = 0;
  const fits = parts.filter(({start, end, name}) => {
    characters += start.length + end.length + (name?.length ?? 0) + PART_CHARACTERS;
    return characters <= MOST_MESSAGE_CHARACTERS;
  });
  const left = parts.length - fits.length;
  return left === 0 ? parts : [...fits, ...part("other", `(${left} further parts are not kept)`, "unknown")];
}

/** What a part takes besides its texts. */
const PART_CHARACTERS = 60;

const part = (type: MessagePart["type"], text: string, name = ""): MessagePart[] =>
  text === "" && name === "" ? [] : [{type, name: name.slice(0, MOST_NAME_CHARACTERS) || null, ...keepText(text, MOST_CHARACTERS)}];
