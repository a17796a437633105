import {parseAgentSpec} from "../runner/agents/parseAgentSpec.js";
import {readTaskUpstream, readUpstreams} from "../runner/gateway/readUpstreams.js";
import type {RunRequest} from "../runner/hosts/runRequest.js";

/** Keys and addresses that are missing are said where somebody reads it, and before data are fetched for hours. @throws RebenchError. */
export function checkModels({agent, taskModel}: RunRequest): void {
  const spec = parseAgentSpec(agent);
  if (spec.kind === "modular" || spec.kind === "aide") readUpstreams(process.env, [spec.model]);
  if (spec.kind === "command") readUpstreams(process.env, spec.models);
  if (taskModel !== null) readTaskUpstream(process.env, taskModel);
}
