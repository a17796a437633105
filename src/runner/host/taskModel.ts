type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Where the language model is that is part of a task (its judge, or the weak model to work with): base URL, key and name. The runner reads the
 * first two for its gateway; scorers that are started without one, by `environments check` say, ask there themselves. Participants see none.
 */
export const TASK_MODEL_NAMES = ["REBENCH_MODEL_URL", "REBENCH_MODEL_KEY", "REBENCH_MODEL_NAME"] as const;

export const taskModelVariables = (variables: Variables): Record<string, string> =>
  Object.fromEntries(TASK_MODEL_NAMES.flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]]])));
