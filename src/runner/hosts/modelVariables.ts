import {TASK_MODEL_NAMES} from "../host/taskModel.js";

type Variables = Readonly<Record<string, string | undefined>>;

/** What readUpstreams takes from the user's environment: keys, and where models are asked; and the model that is part of a task. */
const NAMES: readonly string[] = ["OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", ...TASK_MODEL_NAMES];

/** Keys and addresses of models among some environment variables. They go from process to process on stdin. */
export const modelVariables = (variables: Variables): Record<string, string> =>
  Object.fromEntries(NAMES.flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]]])));

/** The others: what a process may have in its environment, which `ps e` and /proc show. */
export const withoutModelVariables = (variables: Variables): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => !NAMES.includes(name)));
