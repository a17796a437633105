import type {Agent, AgentContext} from "./agent.js";

/** Scores the starting solution as it is, and submits it. */
export const startAgent = (): Agent => ({
  name: "start",
  participant: {scaffold: "start", model: null},
  models: [],
  run: async (context) => {
    await context.score();
    if (!context.signal.aborted) await context.submit();
  },
});

/**
 * Scores the reference solution, which is in the workspace of its own attempt from the beginning and taken away at its end.
 *
 * @param command The program in the workspace that makes the submission from it; null where it is the submission itself.
 */
export const referenceAgent = (command: readonly string[] | null): Agent => ({
  name: "reference",
  participant: {scaffold: "reference", model: null},
  models: [],
  run: async ({exec, score, submit, signal, log}: AgentContext) => {
    if (command !== null) {
      const {exitCode} = await exec(command, {timeoutSeconds: null, signal});
      if (signal.aborted) return;
      if (exitCode !== 0) log(`The reference's program ended with exit status ${exitCode}.`);
    }
    await score();
    if (!signal.aborted) await submit();
  },
});
