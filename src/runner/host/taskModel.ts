type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The language model that is part of a task (its judge, or the weak model to work with) at tier full: base URL of an OpenAI-compatible chat
 * wire, key and name. Scorers and services ask it themselves; participants never see these.
 */
export const TASK_MODEL_NAMES = ["REBENCH_MODEL_URL", "REBENCH_MODEL_KEY", "REBENCH_MODEL_NAME"] as const;

export const taskModelVariables = (variables: Variables): Record<string, string> =>
  Object.fromEntries(TASK_MODEL_NAMES.flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]]])));
