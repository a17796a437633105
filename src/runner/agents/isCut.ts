import type {ModelAnswer} from "../gateway/model.js";

/** Whether an answer was cut off at the limit of output tokens, as OpenAI's and Anthropic's wires say it. */
export const isCut = ({stopReason}: ModelAnswer): boolean => stopReason === "length" || stopReason === "max_tokens";
