import type {JsonObject} from "./json.js";
import type {PauseReason} from "./wire.js";

/** As OpenAI's clients read errors, on both of its wires. */
export function openaiError(status: number, code: string, message: string): JsonObject {
  const type = status === 429 ? "insufficient_quota" : status >= 500 ? "server_error" : "invalid_request_error";
  return {error: {message, type, param: null, code: code.replaceAll("-", "_")}};
}

/** Whether an error of either wire passes when asked again. */
export function passingOpenaiError(error: JsonObject): PauseReason | null {
  const [type, code] = [String(error.type ?? ""), String(error.code ?? "")];
  if (/rate_limit/.test(type + code) || code === "429") return "upstream-429";
  return /server_error|overloaded|unavailable/.test(type + code) || /^5\d\d$/.test(code) ? "upstream-5xx" : null;
}

/** `https://api.openai.com/v1` and a path below it. */
export const openaiAddress = (baseUrl: string, path: string): string => `${baseUrl.replace(/\/+$/, "")}${path}`;

export const openaiHeaders = (apiKey: string) => ({authorization: `Bearer ${apiKey}`});

export const passOpenaiHeader = (name: string, value: string): string | null => (name === "openai-beta" ? value : null);
