import type {Participant} from "./attempt.js";

/** All people together. */
export const HUMAN = "human";

/**
 * The name a participant goes by in every table: `scaffold (model)`, or the source's alias where no scaffold is known.
 *
 * @example agentLabel({kind: "agent", scaffold: "Modular", model: "o1-preview", alias: null}) // => "Modular (o1-preview)"
 */
export function agentLabel(participant: Participant): string {
  if (participant.kind === "human") return HUMAN;
  const {scaffold, model, alias} = participant;
  if (scaffold !== null && model !== null) return `${scaffold} (${model})`;
  return alias ?? scaffold ?? model ?? "unknown agent";
}
