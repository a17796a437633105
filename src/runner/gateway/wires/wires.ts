import {anthropicMessages} from "./anthropicMessages.js";
import {openaiChat} from "./openaiChat.js";
import {openaiResponses} from "./openaiResponses.js";
import type {Wire} from "./wire.js";

/** Every wire that is spoken. */
export const WIRES: readonly Wire[] = [openaiChat, openaiResponses, anthropicMessages];
