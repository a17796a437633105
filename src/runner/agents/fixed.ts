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

/** How the reference solution comes into the workspace of its own attempt and out of it again; neither minds being called twice. */
export type ReferenceFiles = {
  /** @returns The program in the workspace that makes the submission from what was put there; null where that is the submission itself. */
  put(): Promise<{command: readonly string[] | null}>;
  remove(): Promise<void>;
};

/** Scores the reference solution. Its files are gone from the workspace when it ends, however it ends. */
export const referenceAgent = ({put, remove}: ReferenceFiles): Agent => ({
  name: "reference",
  participant: {scaffold: "reference", model: null},
  models: [],
  run: async (context) => {
    try {
      await scoreReference(context, put);
    } finally {
      await remove();
    }
  },
});

/** Not submitted: what would be scored at the end again is not there any more. */
async function scoreReference({exec, score, signal, log}: AgentContext, put: ReferenceFiles["put"]): Promise<void> {
  const {command} = await put();
  if (command !== null) {
    const {exitCode} = await exec(command, {timeoutSeconds: null, signal});
    if (signal.aborted) return;
    if (exitCode !== 0) log(`The reference's program ended with exit status ${exitCode}.`);
  }
  await score();
}
