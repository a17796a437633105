/**
 * An agent that gave up, or whose program ended badly: the attempt ends with the reason `agent-failed`, and counts with the scores it
 * has. It is the participant's doing and no error of the runner, so nobody loses a bad attempt by failing.
 */
export class AgentFailure extends Error {
  override readonly name = "AgentFailure";
}
