import {HUMAN} from "../record/agentLabel.js";
import type {Series} from "./series.js";

/** The series of a participant. One all of whose attempts are left out has none: it is then one without attempts. */
export function seriesNamed(agent: string, all: readonly Series[]): Series {
  const kind = agent === HUMAN ? "human" : "agent";
  const none: Series = {agent, kind, group: null, environment: null, expected: [], attempts: [], streamName: agent, partOf: null};
  return all.find((series) => series.agent === agent) ?? none;
}
