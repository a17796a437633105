import {readFileSync} from "node:fs";
import {RebenchError} from "../../errors.js";
import type {Agent, AgentContext} from "./agent.js";
import {aideAgent} from "./aide.js";
import {commandAgent} from "./command.js";
import {referenceAgent, startAgent} from "./fixed.js";
import {humanAgent} from "./human.js";
import {modularAgent} from "./modular.js";
import type {AgentSpec} from "./parseAgentSpec.js";
import {parseReplay} from "./replay/parseReplay.js";
import {replayAgent} from "./replay.js";

/** What some agents need of their runner. */
export type AgentParts = {
  /** Opens a shell inside for a person. */
  interact(context: AgentContext): Promise<void>;
  /** The program that makes the reference's submission; null where its files are that themselves. */
  referenceCommand: readonly string[] | null;
  /** Where the instructions are inside. */
  instructionsPath?: string;
};

/** The agent that a specification names. @throws RebenchError where a file it needs is not there or cannot be understood. */
export function agentOf(spec: AgentSpec, parts: AgentParts): Agent {
  switch (spec.kind) {
    case "modular":
      return modularAgent(spec);
    case "aide":
      return aideAgent(spec);
    case "command":
      return commandAgent(spec, parts);
    case "replay":
      return replayAgent(parseReplay(read(spec.file), spec.file), spec.pace);
    case "human":
      return humanAgent((context) => parts.interact(context));
    case "reference":
      return referenceAgent(parts.referenceCommand);
    case "start":
      return startAgent();
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new RebenchError("unreadable-file", {problem: `cannot read ${file}`, hint: "Give replay: a file of actions.", cause});
  }
}
