import {HUMAN} from "../record/agentLabel.js";
import {storeNames} from "../store/attemptRows.js";
import type {Source} from "./context.js";
import type {AnalysisOptions} from "./settings.js";

/** The agents asked for and people, where the store has some: people are what others are compared with. Null for all. */
export async function withPeople({connection}: Source, {agents}: Pick<AnalysisOptions, "agents">): Promise<string[] | null> {
  if (agents === null || agents.includes(HUMAN)) return agents;
  return (await storeNames(connection)).agents.includes(HUMAN) ? [...agents, HUMAN] : agents;
}
